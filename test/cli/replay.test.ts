import path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type ModelStandIn, startModelStandIn } from "../../src/local/model/start.ts";
import type { Override } from "../../src/shared/routing/override.ts";
import type { RecordedDecision } from "../../src/shared/routing/recorded-decision.ts";
import { resolveRoute } from "../../src/shared/routing/resolve-route.ts";
import type { RouteContext } from "../../src/shared/routing/schema.ts";
import { identityOf } from "../../src/shared/routing/target-steps.ts";
import { readRoute, routeFile, rule } from "../shared/routing/routes.ts";
import { aiRepository, suiteFile } from "../support/ai-repository.ts";
import { folderWith, lines, runCli } from "../support/run-cli.ts";

const recorded = readRoute(routeFile([rule("pro", "{ tier: pro }"), rule("german", "{ locale: de }", "mini")]));
/** Half of the pro customers' conversations leave the large target; the German rule is gone. */
const changed = routeFile([
  rule("pro", "{ tier: pro }", "{ targets: [{ target: large, weight: 1 }, { target: mini, weight: 1 }] }"),
]);

function decisionOf(context: RouteContext, more: Partial<RecordedDecision> = {}): object {
  const { route, digest, rule: id, arm, target } = resolveRoute(recorded, context);
  const { name, deployment, model, version } = target;
  const own = { name, deployment, model, version, identity: identityOf(target) };
  return {
    decisionId: "d",
    at: "2026-11-15T10:00:00.000Z",
    route,
    digest,
    rule: id,
    arm,
    target: own,
    context,
    ...more,
  };
}

const override: Override = {
  kind: "target",
  target: "large",
  ...{ id: "o", reason: "mini is slow", by: "ada" },
  ...{ at: "2026-11-15T09:00:00.000Z", until: "2026-11-15T11:00:00.000Z" },
};

let made: Awaited<ReturnType<typeof folderWith>>;
let model: ModelStandIn;
beforeAll(async () => {
  model = await startModelStandIn({ port: 0, seed: 1, latencyMs: 5 });
  const pro = Array.from({ length: 100 }, (_, n) => ({
    tier: "pro",
    tenant: n < 60 ? "acme" : "zoo",
    conversationId: `c-${n}`,
  }));
  made = await folderWith({
    ...aiRepository("good", 4),
    "evals/helper.yaml": suiteFile().replace("uses: contains, with: { value: ok }", "uses: length, with: { min: 1 }"),
    "routing/chat.yaml": changed,
    "broken.yaml": routeFile([], { pick: "nobody" }),
    "rows.jsonl": lines(
      ...pro.map((context) => decisionOf(context)),
      ...[1, 2, 3].map((n) => decisionOf({ locale: "de-AT", requestId: `r-${n}` })),
      decisionOf({ tier: "pro", tenant: "<EMAIL_1>" }, { masked: true }),
      { ...decisionOf({}), route: "other" },
    ),
    "bad.jsonl": `${lines(decisionOf({}))}{"route": "chat"}\n`,
    "overridden.jsonl": lines(decisionOf({}), decisionOf({}, { override })),
    "all-overridden.jsonl": lines(...[1, 2].map(() => decisionOf({}, { override }))),
    "none.jsonl": lines({ ...decisionOf({}), route: "other" }),
  });
});
afterAll(async () => {
  await made.remove();
  await model.stop();
});
const replay = (...args: string[]) => runCli(["route", "replay", ...args], { cwd: made.folder });
const rows = () => path.join(made.folder, "rows.jsonl");

describe("assay route replay", () => {
  test("says which calls move, by target, rule and tenant; without eval runs the difference is unknown", async () => {
    const { code, out } = await replay("routing/chat.yaml", "--decisions", rows());
    expect(code).toBe(0);
    const moved = Number(/^chat: (\d+) of 103 recorded decisions would go/.exec(out)?.[1]);
    expect(moved).toBeGreaterThan(30);
    expect(moved).toBeLessThan(70);
    expect(out).toContain(`large (gpt-4.1@2025-04-14) → mini (gpt-4.1-mini@2025-04-14): ${moved} calls`);
    expect(out).toContain("cost, latency and score: unknown");
    expect(out).toContain(`pro: ${moved} of 100 move`);
    expect(out).toContain("german → default: 0 of 3 move");
    expect(out).toContain("(no tenant): 0 of 3 move");
    expect(out).toMatch(/acme: \d+ of 60 move/);
    expect(out).toContain("1 more cannot be told");
    expect(out).toContain("1 decision of other routes left out");
  });

  test("where eval runs of both targets are kept, it says what they show", async () => {
    for (const target of ["gpt-4.1@2025-04-14", "gpt-4.1-mini@2025-04-14"]) {
      const run = await runCli(["eval", "helper", "--endpoint", model.url, "--model", target], { cwd: made.folder });
      expect([0, 3], run.err).toContain(run.code);
    }
    const { out } = await replay("routing/chat.yaml", "--decisions", rows(), "--json");
    const [step] = JSON.parse(out).steps;
    expect(step).toMatchObject({
      from: { name: "large" },
      to: { name: "mini" },
      differences: [{ suite: "helper", prompt: "helper", samples: [4, 4], metric: { name: "says-ok", difference: 0 } }],
    });
    expect(step.differences[0].costPerCall).toBeLessThan(0);
    const text = (await replay("routing/chat.yaml", "--decisions", rows())).out;
    expect(text).toMatch(
      /helper on helper: cost −\$[\d.]+ per 1,000 calls, latency [+−]\d+ ms at the median, says-ok \+0/,
    );
  });

  test("what an operator overrode is told apart, also where it is all there is", async () => {
    const told = async (file: string) =>
      (await replay("routing/chat.yaml", "--decisions", path.join(made.folder, file))).out;
    expect(await told("overridden.jsonl")).toContain("1 more was decided by an operator's override");
    const all = await told("all-overridden.jsonl");
    expect(all).toContain("0 of 0 recorded decisions would go to another target");
    expect(all).toContain("2 more were decided by an operator's override");
  });

  test("bad input: files and rows that are none", async () => {
    const said = async (...args: string[]) => {
      const { code, err } = await replay(...args);
      expect(code).toBe(1);
      return err;
    };
    const at = (file: string) => path.join(made.folder, file);
    expect(await said("routing/none.yaml", "--decisions", rows())).toContain("cannot be read");
    expect(await said("broken.yaml", "--decisions", rows())).toContain("There is no target `nobody`");
    expect(await said("routing/chat.yaml", "--decisions", at("bad.jsonl"))).toContain(
      "bad.jsonl:2 is no recorded decision",
    );
    expect(await said("routing/chat.yaml", "--decisions", at("none.jsonl"))).toContain(
      "has no decision of the route `chat`, and 1 of others",
    );
    expect(await said("routing/chat.yaml", "--decisions", at("absent.jsonl"))).toContain("absent.jsonl cannot be read");
  });
});
