import type { MetricComparison, SuiteVerdict } from "./comparison.ts";
import { decideSuite } from "./decide.ts";
import { type CaseSamples, judgedOf, suiteComparison } from "./judge.ts";
import type { Plan, PlannedComparison } from "./plan.ts";
import type { JudgedComparison } from "./report.ts";

/**
 * Judges one side alone. A whole suite is held against its floors; margins say nothing without a base. Of a part of a suite
 * no mean is judged, for the part was chosen: each of its cases has to pass every blocking metric in all of its repeats.
 */
export function judgeRun(
  comparison: PlannedComparison,
  cases: readonly CaseSamples[],
  plan: Plan,
  part: boolean,
): JudgedComparison {
  const input = suiteComparison(comparison, cases, plan);
  const metrics = input.metrics.map(part ? asInvariant : withoutBase);
  const decided = decideSuite({ ...input, metrics });
  const measured = metrics.every(({ blocking }) => !blocking) && input.infrastructureFailure === undefined;
  const verdict: SuiteVerdict = measured
    ? { ...decided, verdict: "pass", reason: `measured: ${comparison.suite} declares no floor to hold` }
    : { ...decided, ...(decided.verdict === "pass" ? { reason: passedReason(metrics, part) } : {}) };
  return { ...judgedOf(comparison, cases, plan, comparison.repeats), verdict };
}

function passedReason(metrics: readonly MetricComparison[], part: boolean): string {
  const names = metrics.filter(({ blocking }) => blocking).map(({ name }) => name);
  return part ? `every case passes ${names.join(", ")}` : `the floors of ${names.join(", ")} hold`;
}

function withoutBase({ margin: _, relativeMargin: __, ...metric }: MetricComparison): MetricComparison {
  return { ...metric, blocking: metric.blocking && metric.threshold !== undefined };
}

function asInvariant(metric: MetricComparison): MetricComparison {
  const { threshold: _, ...rest } = withoutBase({ ...metric, blocking: false });
  const passes = metric.scale !== "number" || metric.passAt !== undefined;
  return { ...rest, blocking: metric.blocking && passes, invariant: true };
}
