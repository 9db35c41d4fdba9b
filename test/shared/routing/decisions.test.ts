import { beforeAll, describe, expect, test } from "vitest";
import type { Override } from "../../../src/shared/routing/override.ts";
import { exportDecisions, findDecisions } from "../../../src/shared/routing/read-decisions.ts";
import { type DecisionPorts, recordDecision } from "../../../src/shared/routing/record-decision.ts";
import type { RouteAlias } from "../../../src/shared/routing/route-alias.ts";
import { routeDocument } from "../../../src/shared/routing/route-document.ts";
import { createDecisionStore } from "../../../src/shared/storage/decision-store.ts";
import { createTables, type Tables } from "../../../src/shared/storage/tables.ts";
import { sharedAzurite } from "../../support/azurite.ts";
import { createManualClock, type ManualClock } from "../../support/manual-clock.ts";
import { readRoute, routeFile, rule } from "./routes.ts";

let tables: Tables;
beforeAll(async () => {
  tables = createTables({ kind: "connectionString", connectionString: await sharedAzurite() });
});

const older = readRoute(routeFile([rule("pro", "{ tier: pro }", "mini")]));
const newer = readRoute(routeFile([rule("pro", "{ tier: pro }")]));
const closed = readRoute(
  routeFile([
    rule("no-search", "{ feature: search }", "large", "off: { answer: Not now. }"),
    rule("pro", "{ tier: pro }"),
  ]),
);
const neighbour = readRoute(routeFile([]).replace("name: chat", "name: search"));
const day = 86_400_000;
let repositories = 7_000_000 + Math.floor(Math.random() * 1e9);

/** A repository of its own over the real table, with one route. */
function house(options: { share?: number; clock?: ManualClock } = {}) {
  const { share = 1, clock = createManualClock() } = options;
  const repositoryId = repositories++;
  const alias: RouteAlias = {
    repositoryId,
    repository: "acme/ai",
    name: "chat",
    path: newer.path,
    digest: newer.digest,
    commit: "c".repeat(40),
    publishedAt: "2026-11-15T10:00:00.000Z",
  };
  let ids = 0;
  const ports: DecisionPorts = {
    routes: {
      alias: async (_, name) => (name === "chat" ? alias : undefined),
      document: async (_, digest) => {
        const route = [older, newer, closed, neighbour].find((own) => own.digest === digest);
        return route && routeDocument(route);
      },
      repositoryId: async () => repositoryId,
    },
    repositories: ["acme/ai"],
    decisions: createDecisionStore(tables, clock),
    share,
    clock,
    newId: () => `made-${++ids}`,
  };
  const post = async (body: unknown, name = "chat") => {
    const text = typeof body === "string" ? body : JSON.stringify(body);
    const { status, body: said = "" } = await recordDecision({ name, body: text }, ports);
    return { status, ...JSON.parse(said) };
  };
  const find = async (id: string) => JSON.parse((await findDecisions({ id }, ports)).body ?? "").decisions;
  const list = async (since: string, after?: string) => {
    const answer = await exportDecisions({ name: "chat", since, after: after ?? null }, ports);
    return {
      ...answer,
      rows: (answer.body ?? "")
        .split("\n")
        .filter(Boolean)
        .map((line) => JSON.parse(line)),
    };
  };
  return { ports, clock, post, find, list, alias };
}

const context = { tier: "pro", tenant: "acme", feature: "search", conversationId: "c-1", requestId: "r-1" };
const prompt = { digest: "a".repeat(64) };

describe("an operator's override", () => {
  const until = "2099-01-01T00:00:00.000Z";
  const said = { id: "o-1", reason: "mini is slow", by: "ada", at: "2026-01-01T00:00:00.000Z", until };
  const forced: Override = { ...said, kind: "target", target: "tiny" };

  test("decides, is recorded with the decision, and explains it after it ended", async () => {
    const { post, find, alias } = house();
    alias.override = forced;
    const { decision } = await post({ context });
    expect(decision).toMatchObject({ arm: "forced", target: { name: "tiny" }, fallback: [], override: { id: "o-1" } });
    alias.override = { ...forced, until: "2020-01-01T00:00:00.000Z" };
    expect((await post({ context })).decision).toMatchObject({ target: { name: "tiny" } });
    const [record] = await find("r-1");
    expect(record).toMatchObject({ target: { name: "tiny" }, override: { reason: "mini is slow" } });
    expect(record.explanation.join("\n")).toContain(
      `An operator's override: ada forces tiny until ${until}: mini is slow.\nWithout it, the rule pro decides.`,
    );
    expect((await post({ context: { ...context, requestId: "r-2" } })).decision).toMatchObject({ rule: "pro" });
  });

  test("that switches a route off names no target; it is for its feature alone", async () => {
    const { post, find, alias } = house();
    alias.override = { ...said, kind: "off", answer: "Later.", feature: "search" };
    const { decision } = await post({ context });
    expect(decision).toMatchObject({ override: { kind: "off", answer: "Later." }, fallback: [] });
    expect(decision).not.toHaveProperty("target");
    const [{ explanation }] = await find("r-1");
    expect(explanation).toContain("chat is switched off and answers: Later.");
    expect(explanation).toContain("No model was asked.");
    const other = await post({ context: { ...context, feature: "mail", requestId: "r-2" } });
    expect(other.decision).toMatchObject({ target: { name: "large" } });
  });

  test("and what a route's own file switches off names no target either; forcing one wins over that", async () => {
    const { post, find, alias } = house();
    alias.digest = closed.digest;
    const { decision } = await post({ context });
    expect(decision).toMatchObject({ rule: "no-search", off: { answer: "Not now." }, fallback: [] });
    expect(decision).not.toHaveProperty("target");
    const [{ explanation, off }] = await find("r-1");
    expect(off).toEqual({ answer: "Not now." });
    expect(explanation).toContain("No model was asked.");
    expect(explanation).toContain("chat is switched off by the rule no-search and answers: Not now.");
    expect(explanation.join("\n")).toContain("no-search is there because: measured better");
    alias.override = forced;
    const open = await post({ context: { ...context, requestId: "r-2" } });
    expect(open.decision).toMatchObject({ target: { name: "tiny" }, override: { id: "o-1" } });
    expect(open.decision).not.toHaveProperty("off");
  });

  test("is what a client decided under where the client says so, and is none where it does not", async () => {
    const { post, alias } = house();
    alias.override = { ...forced, until: "2020-01-01T00:00:00.000Z" };
    const told = { context, digest: newer.digest };
    expect((await post({ ...told, override: "o-1" })).decision.target.name).toBe("tiny");
    alias.override = forced;
    const before = await post({ ...told, context: { ...context, requestId: "r-2" } });
    expect(before.decision.target.name).toBe("large");
    // Replaced while the model was called: what was decided under it is told all the same.
    alias.override = { ...forced, id: "o-2", target: "mini" };
    alias.earlier = [forced];
    const late = await post({ ...told, override: "o-1", context: { ...context, requestId: "r-4" } });
    expect(late.decision).toMatchObject({ target: { name: "tiny" }, override: { id: "o-1" } });
    const unknown = await post({ ...told, override: "o-9", context: { ...context, requestId: "r-3" } });
    expect(unknown).toMatchObject({ status: 400, error: expect.stringContaining("had no override o-9") });
  });
});

describe("POST decisions", () => {
  test("resolves, records once, and is found by every id that it carries", async () => {
    const { post, find } = house();
    const body = {
      context,
      operationId: "op/1#?",
      responseId: "resp_1",
      apimRequestId: "apim-1",
      prompt,
      release: "r7",
    };
    const first = await post({ ...body, servedModel: "gpt-4.1-2025-04-14" });
    expect(first).toMatchObject({ status: 200, recorded: true, decision: { rule: "pro", target: { name: "large" } } });
    for (const id of ["r-1", "op/1#?", "resp_1", "apim-1"]) {
      const [found, ...others] = await find(id);
      expect(others).toEqual([]);
      expect(found).toMatchObject({ rule: "pro", digest: newer.digest, prompt, release: "r7" });
      expect(found.explanation).toEqual(
        expect.arrayContaining([
          expect.stringContaining(
            "request r-1, operation op/1#?, response resp_1, apim-request-id apim-1, tenant acme",
          ),
          "gpt-4.1-2025-04-14 answered; gpt-4.1@2025-04-14 was asked.",
          "chat sends it to large (deployment gpt-4.1, gpt-4.1@2025-04-14) by the rule pro.",
        ]),
      );
    }
    expect(await find("r-2")).toEqual([]);
  });

  test("said again, the first stands, and gains what was not known; another context is another decision", async () => {
    const { post, find } = house();
    await post({ context, digest: older.digest });
    const later = await post({ context, responseId: "resp_2" });
    expect(later.decision).toMatchObject({ digest: older.digest, target: { name: "mini" } });
    expect(await find("resp_2")).toMatchObject([{ digest: older.digest, responseId: "resp_2" }]);
    const other = await post({ context: { ...context, tier: "free" }, responseId: "resp_3" });
    expect(other).toMatchObject({ status: 409, error: expect.stringContaining("`r-1` stands for another decision") });
    expect(await find("resp_3")).toEqual([]);
    expect((await find("r-1")).length).toBe(1);
  });

  test("a prompt that is told later joins its decision; another prompt of the request has its own", async () => {
    const { post, find } = house();
    await post({ context });
    const other = { digest: "b".repeat(64) };
    for (let told = 0; told < 2; told++) {
      await post({ context, prompt, responseId: "resp_1" });
      await post({ context, prompt: other, responseId: "resp_2" });
    }
    expect(await find("r-1")).toMatchObject([
      { prompt, responseId: "resp_1" },
      { prompt: other, responseId: "resp_2" },
    ]);
    expect(await find("resp_1")).toHaveLength(1);
    await post({ context: { ...context, requestId: "r-2" } });
    const changed = { ...context, requestId: "r-2", tier: "free" };
    expect(await post({ context: changed, prompt })).toMatchObject({ status: 200 });
    expect(await find("r-2")).toMatchObject([{ context: { tier: "pro" } }, { context: { tier: "free" }, prompt }]);
  });

  test("a worker that died between the rows leaves what the next one completes", async () => {
    const { ports, post, find } = house();
    const failing = new Set(["hour"]);
    const broken: Tables = {
      table: (name) => ({
        ...tables.table(name),
        async insert(partition, key, value) {
          if (!partition.includes(":id:") && failing.delete("hour")) throw new Error("killed");
          return tables.table(name).insert(partition, key, value);
        },
      }),
    };
    ports.decisions = createDecisionStore(broken, ports.clock);
    await expect(post({ context })).rejects.toThrow("killed");
    expect(await find("r-1")).toEqual([]);
    expect(await post({ context })).toMatchObject({ status: 200, recorded: true });
    expect(await find("r-1")).toMatchObject([{ rule: "pro" }]);
  });

  test("many at once for one request are one decision", async () => {
    const { post, find } = house();
    await Promise.all(Array.from({ length: 8 }, (_, n) => post({ context, responseId: `resp-${n}` })));
    expect(await find("r-1")).toHaveLength(1);
  });

  test("a trace with two calls has two decisions; what has no id gets one", async () => {
    const { post, find } = house();
    await post({ context, operationId: "op" });
    await post({ context: { ...context, feature: "rank" }, operationId: "op" });
    expect(
      (await find("op")).map(({ context: { feature } }: { context: { feature: string } }) => feature).sort(),
    ).toEqual(["rank", "search"]);
    expect(await post({ context: { tier: "pro" } })).toMatchObject({ requestId: "made-1" });
    expect(await find("made-1")).toHaveLength(1);
  });

  test("secrets and personal data are not stored, and the explanation says what that costs", async () => {
    const { post, find } = house();
    await post({ context: { ...context, tenant: "jo@example.com" } });
    const [found] = await find("r-1");
    expect(JSON.stringify(found)).not.toContain("jo@");
    expect(found.explanation.join("\n")).toContain("were masked when it was stored");
  });

  test("a share of 0 records nothing and still decides; a part of it is drawn by the request's id", async () => {
    const none = house({ share: 0 });
    expect(await none.post({ context })).toMatchObject({ recorded: false, decision: { rule: "pro" } });
    expect(await none.find("r-1")).toEqual([]);
    const half = house({ share: 0.5 });
    const kept = await Promise.all(
      Array.from({ length: 40 }, async (_, n) => (await half.post({ context: { requestId: `r${n}` } })).recorded),
    );
    expect(kept.filter(Boolean).length).toBeGreaterThan(8);
    expect(kept.filter(Boolean).length).toBeLessThan(32);
  });

  test("a month's turn hides nothing; this month and the two before are looked through", async () => {
    const clock = createManualClock("2026-11-30T23:59:59.900Z");
    const { post, find } = house({ clock });
    await post({ context });
    await clock.advance(5_000);
    await post({ context, responseId: "late" });
    expect(await find("r-1")).toHaveLength(1);
    expect(await find("late")).toHaveLength(1);
    await clock.advance(61 * day);
    expect(await find("r-1")).toHaveLength(1);
    await clock.advance(31 * day);
    expect(await find("r-1")).toEqual([]);
  });

  test("bad input: every body that is none is a 400 that says where", async () => {
    const { post } = house();
    const said = async (body: unknown, name?: string) => {
      const { status, error } = await post(body, name);
      return `${status} ${error}`;
    };
    expect(await said("{")).toMatch(/^400 The body is not JSON/);
    expect(await said([])).toMatch(/^400 the body: /);
    expect(await said({})).toMatch(/^400 context: /);
    expect(await said({ context: { tire: "pro" } })).toMatch(/^400 context: .*tire/);
    expect(await said({ context: { promptTokens: -1 } })).toMatch(/^400 context\.promptTokens: /);
    expect(await said({ context, prompt: { digest: "x" } })).toMatch(/^400 prompt\.digest: 64 hex digits/);
    expect(await said({ context, responseId: "" })).toMatch(/^400 responseId: /);
    expect(await said({ context, digest: "b".repeat(64) })).toMatch(/^400 `digest`: there is no document/);
    expect(await said({ context, digest: neighbour.digest })).toMatch(/^400 `digest`: there is no document .* of chat/);
    expect(await said({ context }, "Chat")).toMatch(/^400 A route's name/);
    expect(await said({ context }, "other")).toMatch(/^404 /);
    expect(await said("x".repeat(20_000))).toMatch(/^413 /);
  });
});

describe("GET decisions", () => {
  test("gives every decision of the time once, page by page, over hours and months", async () => {
    const clock = createManualClock("2026-11-30T22:30:00.000Z");
    const { ports, post, list } = house({ clock });
    for (let n = 0; n < 7; n++) {
      await post({ context: { ...context, requestId: `r-${n}` } });
      await post({ context: { ...context, requestId: `s-${n}` } });
      await clock.advance(25 * 60_000);
    }
    const since = "2026-11-30T22:31:00Z";
    const all = (await list(since)).rows.map(({ context: own }) => own.requestId);
    expect(all.toSorted()).toEqual(["r", "s"].flatMap((key) => [1, 2, 3, 4, 5, 6].map((n) => `${key}-${n}`)));
    const store = ports.decisions;
    const small: typeof store = { ...store, list: (id, route, range) => store.list(id, route, { ...range, limit: 5 }) };
    ports.decisions = small;
    const paged: string[] = [];
    let after: string | undefined;
    do {
      const { rows, headers } = await list(since, after);
      paged.push(...rows.map(({ context: own }) => own.requestId));
      after = headers["assay-next"];
    } while (after);
    expect(paged).toEqual(all);
  });

  test("bad input: a time or a cursor that is none", async () => {
    const { list, ports } = house();
    const said = async (since: string, after?: string) => {
      const { status, body } = await list(since, after).catch(() => ({ status: 0, body: "" }));
      return `${status} ${body}`;
    };
    for (const since of ["", "yesterday", "2026-01-01", "2027-01-01"])
      expect(await said(since)).toMatch(/^400 .*since=/);
    expect(await said("2026-11-15", "../x")).toMatch(/^400 .*assay-next/);
    expect((await findDecisions({ id: "" }, ports)).status).toBe(400);
  });
});
