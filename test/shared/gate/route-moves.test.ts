import { expect, test } from "vitest";
import { routeBlock } from "../../../src/shared/gate/comment-routes.ts";
import type { GateReport } from "../../../src/shared/gate/report.ts";
import type { RouteDiff } from "../../../src/shared/gate/route-diffs.ts";
import { withMoves } from "../../../src/shared/gate/route-moves.ts";
import type { RecordedDecision } from "../../../src/shared/routing/recorded-decision.ts";
import { resolveRoute } from "../../../src/shared/routing/resolve-route.ts";
import { identityOf } from "../../../src/shared/routing/target-steps.ts";
import { createManualClock } from "../../support/manual-clock.ts";
import { readRoute, routeFile, rule } from "../routing/routes.ts";

const before = readRoute(routeFile([rule("pro", "{ tier: pro }")]));
const after = readRoute(routeFile([rule("pro", "{ tier: pro }", "tiny")]));
const diff: RouteDiff = {
  name: "chat",
  kind: "changed",
  changes: [{ place: "rules.pro.pick", base: "large", head: "tiny" }],
};
const clock = createManualClock();

function recorded(tier: string, more: Partial<RecordedDecision> = {}): RecordedDecision {
  const { target, ...decision } = resolveRoute(before, { tier });
  const { name, deployment, model, version } = target;
  const own = { name, deployment, model, version, identity: identityOf(target) };
  return { ...decision, decisionId: "d", at: "", target: own, context: { tier }, contextDigest: "", ...more };
}

async function said(decisions: RecordedDecision[], next?: string) {
  const list = async () => ({ decisions, ...(next ? { next } : {}) });
  const routes = await withMoves(9, [diff, { ...diff, name: "new", kind: "added" }], [after], {
    decisions: { list },
    clock,
  });
  return routeBlock({ routes } as GateReport).texts.at(-1) ?? "";
}

test("a changed route says which recorded calls it would move", async () => {
  const text = await said([recorded("pro"), recorded("pro"), recorded("free"), recorded("pro", { masked: true })]);
  expect(text).toContain(
    "Calls moved: 2 of 3 calls recorded in the last 24 hours: `large` → `tiny` 2. 1 more call cannot be told.",
  );
  expect(text.match(/Calls moved/g)).toHaveLength(1);
  expect(await said([recorded("free")], "more")).toContain("0 of the first 1 call recorded in the last 24 hours.");
});

test("what nobody recorded is unknown", async () => {
  expect(await said([])).toContain("Calls moved: unknown, for none that can be told was recorded");
  const routes = await withMoves(9, [diff], [after], { clock });
  expect(routeBlock({ routes } as GateReport).texts.at(-1)).not.toContain("Calls moved");
});
