import { requireMetrics } from "../../../src/shared/evals/metrics.ts";
import { type Shard, type StoredSample, scoreKey } from "../../../src/shared/evals/shard.ts";
import { type CaseSamples, judge } from "../../../src/shared/gate/judge.ts";
import { Plan } from "../../../src/shared/gate/plan.ts";
import { EvalCase, SuiteEvaluator } from "../../../src/shared/repository/suite.ts";

const place = (side: string) => ({ requestDigest: side, samplesPath: side, shardId: "s" });

/** Scores by repeat; `base` undefined: the base has no such case. */
export interface CaseFacts {
  base?: number[];
  head: number[];
  holdout?: boolean;
  mustPass?: boolean;
}

/** One suite with one metric on these cases, judged, with the shard that says what was asked. */
export function judgedSamples(
  facts: Record<string, CaseFacts>,
  rules: Partial<SuiteEvaluator> & { repeats?: number } = {},
) {
  const { repeats = 1, ...declared } = rules;
  const entry = SuiteEvaluator.parse({ name: "m", uses: "contains", primary: true, ...declared });
  const metric = requireMetrics([entry])[0];
  const cases = Object.entries(facts).map(
    ([caseId, { base, head, holdout = false, mustPass = false }]): CaseSamples => {
      const samples = (side: string, scores: number[]) =>
        scores.map(
          (value, repeat): StoredSample => ({
            ...{ caseId, requestDigest: side, repeat, outcome: "completed", redacted: false, latencyMs: 1 },
            ...{ output: `${side} answer ${repeat} of ${caseId}`, gateId: "g", at: "" },
            scores: { [scoreKey(metric?.digest ?? "", "d")]: { value, reason: `why ${caseId} ${repeat}` } },
          }),
        );
      const own = { caseId, digest: "d", segments: {}, weight: 1, mustPass, holdout, head: place("head") };
      return {
        planned: base ? { ...own, base: place("base") } : own,
        base: base ? samples("base", base) : [],
        head: samples("head", head),
        unchanged: false,
      };
    },
  );
  const comparison = {
    ...{ pair: 0, suite: "s", suitePath: "s", prompt: "p", promptPath: "p", rules: "base" as const },
    ...{ isNew: false, advisory: false, metrics: [entry], repeats, segmentBy: [], datasetDigest: "", looks: 1 },
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
      repeats,
    })),
  };
  return { comparison, judged, cases, readShard: async () => shard };
}
