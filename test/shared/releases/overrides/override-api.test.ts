import { describe, expect, test } from "vitest";
import type { AuditEntry } from "../../../../src/shared/releases/audit.ts";
import {
  deleteOverride,
  type OverrideApiPorts,
  postOverride,
} from "../../../../src/shared/releases/overrides/override-api.ts";
import { overrideByComment } from "../../../../src/shared/releases/overrides/override-comment.ts";
import { overrideRoute, type Proposal } from "../../../../src/shared/releases/overrides/override-route.ts";
import type { RouteAlias } from "../../../../src/shared/routing/route-alias.ts";
import { routeDocument } from "../../../../src/shared/routing/route-document.ts";
import { createMemoryLog } from "../../../support/log.ts";
import { createManualClock } from "../../../support/manual-clock.ts";
import { readRoute, routeFile } from "../../routing/routes.ts";

const route = readRoute(routeFile([]));
const repository = "acme/ai";

function house() {
  const clock = createManualClock();
  let [alias, version]: [RouteAlias, number] = [
    {
      ...{ repositoryId: 9, repository, name: "chat", path: route.path, digest: route.digest },
      ...{ commit: "c".repeat(40), publishedAt: clock.now().toISOString() },
    },
    1,
  ];
  const audited = new Map<string, AuditEntry & { outcome?: string }>();
  const proposals: Proposal[] = [];
  let ids = 0;
  let meanwhile: (() => void) | undefined;
  const ports: OverrideApiPorts = {
    routes: {
      get: async (_, name) => (name === "chat" ? { value: alias, etag: String(version) } : undefined),
      async set(_repository, _name, value, etag) {
        meanwhile?.();
        meanwhile = undefined;
        if (etag !== String(version)) return false;
        [alias, version] = [value, version + 1];
        return true;
      },
    },
    document: async (_, digest) => (digest === route.digest ? routeDocument(route) : undefined),
    audit: {
      intend: async (entry) => void audited.set(`${entry.what} ${entry.id}`, entry),
      conclude: async (entry, outcome) => void audited.set(`${entry.what} ${entry.id}`, { ...entry, outcome }),
    },
    async propose(proposal) {
      proposals.push(proposal);
      return "https://github.test/acme/ai/pull/7";
    },
    principals: {
      async of(authorization) {
        if (!authorization) return { status: 401, reason: "no token" };
        return { tenant: "t", caller: "c", subject: "ada", roles: [authorization] };
      },
    },
    repositories: [repository],
    newId: () => `o-${++ids}`,
    clock,
    log: createMemoryLog(),
  };
  const asked = { route: "chat", repository: null, authorization: "Assay.Operator" };
  return {
    ...{ ports, clock, audited, proposals },
    alias: () => alias,
    overtake(by: () => void) {
      meanwhile = () => {
        version++;
        by();
      };
    },
    post: (body: unknown, more: object = {}) =>
      postOverride({ ...asked, body: typeof body === "string" ? body : JSON.stringify(body), ...more }, ports),
    end: (more: object = {}) => deleteOverride({ ...asked, ...more }, ports),
  };
}

const forced = { target: "large", reason: "mini is slow", minutes: 120 };

describe("POST and DELETE override", () => {
  test("forces a target from now on, until its time; on record before and after, and proposed for good", async () => {
    const { post, alias, audited, proposals, clock } = house();
    const { status, body } = await post(forced);
    const until = new Date(clock.now().getTime() + 7_200_000).toISOString();
    expect([status, body.pullRequest]).toEqual([200, "https://github.test/acme/ai/pull/7"]);
    expect(alias()).toMatchObject({
      digest: route.digest,
      override: { kind: "target", target: "large", by: "ada", reason: "mini is slow", until },
    });
    expect([...audited.values()]).toMatchObject([
      { what: "override.set", route: "chat", by: "ada", via: "api", outcome: "done", override: { until } },
    ]);
    expect(proposals).toMatchObject([{ path: route.path, branch: "assay/override-o-1", override: { id: "o-1" } }]);
  });

  test("switches a feature off, and ends it early; the ended one is kept for decisions that come late", async () => {
    const { post, end, alias, audited, proposals, clock } = house();
    const off = { answer: "We are back soon.", feature: "search", reason: "it invents prices", minutes: 60 };
    expect(await post(off)).toMatchObject({ status: 200, body: { pullRequest: "https://github.test/acme/ai/pull/7" } });
    expect(alias().override).toMatchObject({ kind: "off", answer: "We are back soon.", feature: "search" });
    expect(proposals).toMatchObject([{ override: { kind: "off", feature: "search" } }]);
    clock.advance(60_000);
    expect((await end()).status).toBe(200);
    expect(alias().override).toMatchObject({ id: "o-1", until: clock.now().toISOString() });
    expect([...audited.keys()]).toEqual(["override.set o-1", "override.ended o-1"]);
    expect(await end()).toMatchObject({ status: 404 });
  });

  test("a command that is delivered twice overrides once; a publication in between is kept", async () => {
    const { ports, alias, overtake } = house();
    overtake(() => {});
    const request = { id: "comment-1-0", repository, route: "chat", by: "ada", via: "comment" as const };
    const command = { ...request, reason: "slow", minutes: 60, to: { kind: "target" as const, target: "large" } };
    const first = await overrideRoute(command, ports);
    expect(first).toMatchObject({ kind: "set", override: { id: "comment-1-0" } });
    expect(await overrideRoute(command, ports)).toEqual(first);
    expect(alias().override).toMatchObject({ id: "comment-1-0" });
  });

  test("one that is replaced is kept for those who tell late, and a command that is told again does not bring it back", async () => {
    const { ports, alias } = house();
    const asked = (n: number) => ({
      id: `comment-${n}-0`,
      repository,
      route: "chat",
      by: "ada",
      via: "comment" as const,
    });
    const command = { reason: "slow", minutes: 60, to: { kind: "target" as const, target: "large" } };
    for (let n = 1; n <= 8; n++) await overrideRoute({ ...asked(n), ...command }, ports);
    const told = await overrideRoute({ ...asked(7), ...command }, ports);
    expect(told).toMatchObject({ kind: "set", override: { id: "comment-7-0" } });
    expect([alias().override?.id, alias().earlier?.map(({ id }) => id)]).toEqual([
      "comment-8-0",
      ["comment-7-0", "comment-6-0", "comment-5-0", "comment-4-0", "comment-3-0"],
    ]);
  });

  test("a pull request that cannot be opened holds nothing up", async () => {
    const { ports, post, alias } = house();
    ports.propose = async () => {
      throw new Error("GitHub is down");
    };
    expect(await post(forced)).toMatchObject({ status: 200, body: { override: { target: "large" } } });
    expect(alias().override?.kind).toBe("target");
  });

  test("bad input: nobody and readers may not, and nothing is guessed", async () => {
    const { post, end, alias, audited } = house();
    expect((await post(forced, { authorization: null })).status).toBe(401);
    expect((await post(forced, { authorization: "Assay.Reader" })).status).toBe(403);
    expect((await end({ authorization: "Assay.Reader" })).status).toBe(403);
    const said = async (body: unknown, more: object = {}) => {
      const answer = await post(body, more);
      return `${answer.status} ${answer.body.error}`;
    };
    expect(await said("{")).toMatch(/^400 The body is not JSON/);
    expect(await said({ ...forced, target: "larg" })).toMatch(/^400 .*did you mean `large`\?$/);
    expect(await said({ ...forced, answer: "x" })).toMatch(/^400 .*not both/);
    expect(await said({ ...forced, reason: " " })).toMatch(/^400 reason: say why/);
    expect(await said({ ...forced, minutes: 20_000 })).toMatch(/^400 minutes/);
    expect(await said(forced, { route: "mail" })).toMatch(/^404 .*no published route `mail`/);
    expect(await said(forced, { route: "../x" })).toMatch(/^400 A route's name/);
    expect(await said(forced, { repository: "evil/ai" })).toMatch(/^404/);
    expect([alias().override, audited.size]).toEqual([undefined, 0]);
    await post({ ...forced, feature: "search" });
    expect(await said(forced)).toMatch(/^409 .*for the feature search .*end that one first/);
  });
});

test("a comment's command is answered with what holds now", async () => {
  const { ports, alias } = house();
  const to = { kind: "target" as const, target: "large" };
  const command = { kind: "override" as const, route: "chat", to, minutes: 60, reason: "slow" };
  const asked = { id: "comment-1-0", repository, by: "ada" };
  const answer = await overrideByComment({ ...asked, command }, ports);
  expect(answer).toContain(`\`chat\` goes to \`large\` until ${alias().override?.until}.`);
  expect(answer).toContain("https://github.test/acme/ai/pull/7 makes it permanent.");
  const end = { id: "comment-2-0", repository, by: "ada", command: { kind: "endOverride" as const, route: "chat" } };
  expect(await overrideByComment(end, ports)).toContain("has ended");
  expect(await overrideByComment(end, ports)).toBe("Not done: no override of chat holds now.");
});
