import { expect, test } from "vitest";
import { routeBlock } from "../../../src/shared/gate/comment-routes.ts";
import { measuredMoves } from "../../../src/shared/gate/measured-moves.ts";
import type { GateReport } from "../../../src/shared/gate/report.ts";
import type { RouteDiff } from "../../../src/shared/gate/route-diffs.ts";
import { withMoves } from "../../../src/shared/gate/route-moves.ts";
import type { Override } from "../../../src/shared/routing/override.ts";
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

test("calls that an operator's override decided are told apart", async () => {
  const override: Override = {
    kind: "off",
    answer: "Later.",
    ...{ id: "o", reason: "mini is slow", by: "ada" },
    ...{ at: "2026-11-15T09:00:00.000Z", until: "2026-11-15T11:00:00.000Z" },
  };
  const overridden = recorded("pro", { override });
  expect(await said([recorded("free"), overridden, overridden])).toContain(
    "0 of 1 call recorded in the last 24 hours. 2 more calls were decided by an operator's override.",
  );
  expect(await said([overridden])).toContain(
    "unknown, for none that can be told was recorded in the last 24 hours. 1 more call was decided by an operator's override.",
  );
});

test("what nobody recorded is unknown", async () => {
  expect(await said([])).toContain("Calls moved: unknown, for none that can be told was recorded");
  const routes = await withMoves(9, [diff], [after], { clock });
  expect(routeBlock({ routes } as GateReport).texts.at(-1)).not.toContain("Calls moved");
});

test("a rule that is switched off: its calls go nowhere, and nothing is said of what that costs", async () => {
  const off = readRoute(routeFile([rule("pro", "{ tier: pro }", "large", "off: { answer: Later. }")]));
  const list = async () => ({ decisions: [recorded("pro"), recorded("pro", { off: { answer: "Later." } })] });
  const routes = await withMoves(9, [diff], [off], { decisions: { list }, clock });
  const [text = ""] = routeBlock({ routes }).texts;
  expect(text).toContain("Calls moved: 1 of 2 calls recorded in the last 24 hours: `large` → `no target (off)` 1.");
  expect(text).not.toContain("unknown");
});

/** What a gate's report holds of a suite on one side of a prompt's target. */
function measured(
  side: "base" | "head",
  target: string,
  deployment: string,
  more: Partial<GateReport["figures"][number]> = {},
) {
  const model = { deployment, modelVersion: deployment === "own-tiny" ? "1" : "2025-04-14" };
  const counts = { samples: 40, costNanoUsd: side === "base" ? 80_000_000 : 20_000_000, unpriced: 0 };
  return { ...{ side, suite: "helper", prompt: `helper@${target}` }, ...model, ...counts, ...more };
}

function reportOf(figures: object[], means: Record<string, [number, number]>, concludedAt: string) {
  const comparisons = Object.entries(means).map(([target, [base, head]]) => ({
    ...{ suite: "helper", prompt: `helper@${target}` },
    verdict: { metrics: [{ name: "says-ok", primary: true, headMean: head, comparison: { baseMean: base } }] },
  }));
  return { figures, comparisons, concludedAt } as unknown as GateReport;
}

const baseSha = "b".repeat(40);
const gate = { repositoryId: 9, baseSha };
const recordedRuns = (report?: GateReport) => ({
  reports: {
    read: async (_: number, path: string) => (path === `gates/base-${"b".repeat(16)}/report.json` ? report : undefined),
    write: async () => {},
  },
});

async function differences(after: string, { own, base }: { own?: GateReport; base?: GateReport } = {}) {
  const list = async () => ({ decisions: [recorded("pro")] });
  const moved = await withMoves(9, [diff], [readRoute(after)], { decisions: { list }, clock });
  const routes = await measuredMoves(gate, moved, recordedRuns(base), own);
  return { steps: routes[0]?.moves?.steps, text: routeBlock({ routes }).texts[0] ?? "" };
}

const toTiny = routeFile([rule("pro", "{ tier: pro }", "tiny")]);

test("what the gate ran on both targets says what the moved calls would cost, take and score", async () => {
  const own = reportOf(
    [
      measured("base", "large→tiny", "gpt-4.1", { latencyP50: 900 }),
      measured("head", "large→tiny", "own-tiny", { latencyP50: 400 }),
    ],
    { "large→tiny": [0.9, 0.8] },
    "2026-11-21T10:00:00Z",
  );
  const { text } = await differences(toTiny, { own });
  expect(text).toContain(
    "- `large` → `tiny`, `helper` on `helper`: cost −$1.50 per 1,000 calls, latency −500 ms at the median, says-ok −0.1 (40 and 40 samples)",
  );
  expect(text).not.toContain("unknown");
});

test("where the gate has no run of both, the baseline's are taken; where there is none either, it is unknown", async () => {
  const base = reportOf(
    [measured("head", "large", "gpt-4.1"), measured("head", "tiny", "own-tiny", { costNanoUsd: 0, unpriced: 40 })],
    { large: [0, 1], tiny: [0, 0.5] },
    "2026-11-20T10:00:00Z",
  );
  const { text } = await differences(toTiny, { base });
  expect(text).toContain("cost unknown, latency unknown, says-ok −0.5");
  const unknown = "- `large` → `tiny`: cost, latency and score unknown, for no eval run has both targets";
  expect((await differences(toTiny)).text).toContain(unknown);
  const half = reportOf([measured("head", "large", "gpt-4.1")], { large: [0, 1] }, "2026-11-20T10:00:00Z");
  expect((await differences(toTiny, { base: half })).text).toContain(unknown);
});

test("a target's parameters alone: only this gate knows which side had which", async () => {
  const warm = routeFile([rule("pro", "{ tier: pro }")]).replace(
    "deployment: gpt-4.1,",
    "$& parameters: { temperature: 1 },",
  );
  const own = reportOf(
    [measured("base", "large", "gpt-4.1"), measured("head", "large", "gpt-4.1")],
    { large: [0.9, 0.7] },
    "2026-11-21T10:00:00Z",
  );
  const { steps, text } = await differences(warm, { own });
  expect(steps).toMatchObject([{ from: { name: "large" }, to: { name: "large" }, calls: 1 }]);
  expect(text).toContain("`helper` on `helper`: cost −$1.50 per 1,000 calls, latency unknown, says-ok −0.2");
  const base = reportOf([measured("head", "large", "gpt-4.1")], { large: [0, 1] }, "2026-11-20T10:00:00Z");
  expect((await differences(warm, { base })).text).toContain("score unknown");
});
