import { type Metric, requireMetrics } from "../evals/metrics.ts";
import { type StoredSample, scoreKey } from "../evals/shard.ts";
import type { CaseScores, MetricComparison, SuiteComparison, SuiteVerdict } from "./comparison.ts";
import { decideSuite } from "./decide.ts";
import type { Plan, PlannedCase, PlannedComparison } from "./plan.ts";
import type { SampleReader } from "./read-samples.ts";
import type { JudgedComparison } from "./report.ts";

/** Both sides' samples of one case, by repeat. */
export interface CaseSamples {
  planned: PlannedCase;
  base: (StoredSample | undefined)[];
  head: (StoredSample | undefined)[];
  unchanged: boolean;
}

export async function readCases(comparison: PlannedComparison, reader: SampleReader): Promise<CaseSamples[]> {
  const { cases, repeats } = comparison;
  return Promise.all(
    cases.map(async (planned) => {
      const { caseId, base, head } = planned;
      const unchanged =
        base !== undefined && base.samplesPath === head?.samplesPath && base.requestDigest === head.requestDigest;
      return {
        planned,
        unchanged,
        base: base ? await reader.of(caseId, base, repeats) : [],
        head: head ? await reader.of(caseId, head, repeats) : [undefined],
      };
    }),
  );
}

/** Judges one suite on one prompt under its rules. */
export function judge(comparison: PlannedComparison, cases: readonly CaseSamples[], plan: Plan): JudgedComparison {
  const decided = decideSuite(suiteComparison(comparison, cases, plan), { suitesInGate: plan.comparisons.length });
  // Under the base's rules an unchanged subject cannot have lost anything, whatever its samples are worth.
  const same = comparison.rules === "base" && cases.every(({ unchanged }) => unchanged);
  const verdict: SuiteVerdict = same
    ? { ...decided, verdict: "pass", reason: "every request is byte-identical on both sides" }
    : decided;
  const { suite, suitePath, prompt, promptPath, rules, isNew, advisory, repeats } = comparison;
  return {
    suite,
    suitePath,
    prompt,
    promptPath,
    rules,
    isNew,
    advisory,
    repeats,
    cases: cases.length,
    unchangedCases: cases.filter(({ unchanged }) => unchanged).length,
    verdict,
  };
}

export function suiteComparison(
  comparison: PlannedComparison,
  cases: readonly CaseSamples[],
  plan: Plan,
): SuiteComparison {
  const blocking = new Set(plan.blockingSegments.map((segment) => segment.split("=")[0]));
  const nothingChanged = cases.every(({ unchanged }) => unchanged);
  const failure = plan.overBudget[0];
  return {
    suite: comparison.suite,
    segmentBy: comparison.segmentBy.filter((dimension) => blocking.has(dimension)),
    metrics: requireMetrics(comparison.metrics).map((metric) =>
      metricComparison(metric, cases, plan.gateId, {
        // A floor that an unchanged prompt misses is not this change's doing; the head's own rules still ask for it.
        floors: !(nothingChanged && comparison.rules === "base"),
      }),
    ),
    ...(failure ? { infrastructureFailure: failure } : {}),
  };
}

function metricComparison(
  metric: Metric,
  cases: readonly CaseSamples[],
  gateId: string,
  { floors }: { floors: boolean },
): MetricComparison {
  const { name, scale, better, primary, blocking, threshold, margin, passAt } = metric;
  return {
    name,
    scale,
    better,
    primary,
    blocking,
    ...(threshold === undefined || !floors ? {} : { threshold }),
    ...(typeof margin === "number" ? { margin } : {}),
    ...(passAt === undefined ? {} : { passAt }),
    // A stored latency was measured on another day: it is shown and compared with nothing.
    ...(metric.evaluator.id === "latency" ? { compared: madeTogether(cases, gateId) } : {}),
    cases: cases.map((samples) => caseScores(metric, samples)),
  };
}

function madeTogether(cases: readonly CaseSamples[], gateId: string): boolean {
  return cases.every(({ base, head }) =>
    [...base, ...head].every((sample) => sample === undefined || sample.gateId === gateId),
  );
}

function caseScores(metric: Metric, { planned, base, head, unchanged }: CaseSamples): CaseScores {
  const { caseId, segments, cluster, mustPass, weight, digest } = planned;
  const read = (sample: StoredSample | undefined) => sample?.scores[scoreKey(metric.digest, digest)];
  const scores = [...base, ...head].map(read);
  const applies = scores.some((score) => score === undefined || !("notApplicable" in score));
  const value = (sample: StoredSample | undefined) => {
    const score = read(sample);
    return score && "value" in score ? score.value : null;
  };
  return {
    caseId,
    segments,
    mustPass,
    weight,
    unchanged,
    ...(cluster === undefined ? {} : { cluster }),
    base: base.map(value),
    head: head.map(value),
    ...(applies ? {} : { notApplicable: true }),
  };
}
