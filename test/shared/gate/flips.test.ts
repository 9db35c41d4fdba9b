import { expect, test } from "vitest";
import { requireMetrics } from "../../../src/shared/evals/metrics.ts";
import { type Shard, type StoredSample, scoreKey } from "../../../src/shared/evals/shard.ts";
import { findFlips } from "../../../src/shared/gate/flips.ts";
import { type CaseSamples, judge } from "../../../src/shared/gate/judge.ts";
import { Plan } from "../../../src/shared/gate/plan.ts";
import { EvalCase, SuiteEvaluator } from "../../../src/shared/repository/suite.ts";

const entry = SuiteEvaluator.parse({ name: "m", uses: "contains", primary: true, margin: 0.1 });
const metric = requireMetrics([entry])[0];
const place = (side: string) => ({ requestDigest: side, samplesPath: side, shardId: "s" });

function samplesOf(caseId: string, holdout: boolean): CaseSamples {
  const sample = (side: string, value: number): StoredSample => ({
    caseId,
    requestDigest: side,
    repeat: 0,
    outcome: "completed",
    output: `${side} answer of ${caseId}`,
    redacted: false,
    latencyMs: 1,
    gateId: "g",
    at: "",
    scores: { [scoreKey(metric?.digest ?? "", "d")]: { value, reason: `why ${caseId}` } },
  });
  const own = { caseId, digest: "d", segments: {}, weight: 1, mustPass: false, holdout };
  return {
    planned: { ...own, base: place("base"), head: place("head") },
    base: [sample("base", 1)],
    head: [sample("head", 0)],
    unchanged: false,
  };
}

test("a holdout's scores count and its texts are kept out of the report", async () => {
  const cases = [samplesOf("open", false), samplesOf("hidden", true)];
  const comparison = {
    ...{ pair: 0, suite: "s", suitePath: "s", prompt: "p", promptPath: "p", rules: "base" as const },
    ...{ isNew: false, advisory: false, metrics: [entry], repeats: 1, segmentBy: [], datasetDigest: "", looks: 1 },
    judges: {},
    lineage: { version: "1", files: {} },
    budget: { callsPerRepeat: 2, callsLeft: 0 },
    cases: cases.map(({ planned }) => planned),
  };
  const plan = Plan.parse({
    ...{ gateId: "g", mode: "enforce", onInconclusive: "neutral", comments: "always", policyFrom: "base" },
    ...{
      blockingSegments: [],
      runs: [],
      comparisons: [comparison],
      edits: [],
      overBudget: [],
      findings: [],
      diffs: [],
    },
  });
  const { judged } = judge(comparison, cases, plan);
  const shard: Shard = {
    ...{ shardId: "s", runId: "r", samplesPath: "x", metrics: [entry] },
    items: cases.map(({ planned }) => ({
      caseId: planned.caseId,
      requestDigest: "head",
      request: { deployment: "m", messages: [{ role: "user", content: "q" }] },
      cases: [
        { digest: "d", case: EvalCase.parse({ id: planned.caseId, inputs: { q: `question of ${planned.caseId}` } }) },
      ],
      repeats: 1,
    })),
  };
  const flips = await findFlips(comparison, judged, cases, async () => shard);
  expect(judged.verdict.metrics[0]?.passToFail).toEqual(["hidden", "open"]);
  expect(flips.map(({ caseId }) => caseId).sort()).toEqual(["hidden", "open"]);
  const text = JSON.stringify(flips);
  expect(text).toContain("question of open");
  expect(text).toContain("why open");
  for (const secret of ["question of hidden", "answer of hidden", "why hidden"]) expect(text).not.toContain(secret);
});
