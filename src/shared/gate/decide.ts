import type {
  CheckConclusion,
  DecisionOptions,
  GatePolicy,
  GateVerdict,
  MetricVerdict,
  SuiteComparison,
  SuiteVerdict,
  Verdict,
} from "./comparison.ts";
import { adjustFamily } from "./family.ts";
import { FAMILY_LEVEL, lookShare, PASS_ERROR } from "./levels.ts";
import { hypothesesOf, measureMetric } from "./measured-metric.ts";
import { metricVerdict } from "./metric-verdict.ts";
import { amount } from "./reason.ts";

/** Worst first: evidence against stands whatever else is unknown, and no evidence is never a pass. */
const SEVERITY: Verdict[] = ["regressed", "notEvaluated", "inconclusive", "pass"];

/**
 * One suite's verdict. `regressed`: a blocking metric's loss, on the whole suite or in a segment, is significant after
 * Holm's correction and its estimate is beyond the margin; or a floor is missed significantly; or a case that must pass
 * does not. `pass`: every blocking metric's loss is bounded by its margin and every floor is proven. `notEvaluated`: the
 * scores are not there. Else `inconclusive`.
 */
export function decideSuite(input: SuiteComparison, options: DecisionOptions = {}): SuiteVerdict {
  const { look = 1, looks = 1, suitesInGate = 1 } = options;
  const share = lookShare(look, looks);
  const levels = { block: (FAMILY_LEVEL * share) / suitesInGate, pass: 1 - PASS_ERROR * share };
  const measured = input.metrics.map((metric) => measureMetric(metric, input, levels.pass));
  const tests = measured.map(hypothesesOf);
  const { adjusted, size } = adjustFamily(tests.flat(), levels.block);
  let taken = 0;
  const metrics = measured.map((metric, i): MetricVerdict => {
    const own = adjusted.slice(taken, taken + (tests[i]?.length ?? 0));
    taken += own.length;
    return metricVerdict(metric, own, { ...levels, familySize: size });
  });
  const decided = { suite: input.suite, metrics, look, looks };
  if (input.infrastructureFailure !== undefined) {
    return { ...decided, verdict: "notEvaluated", reason: input.infrastructureFailure };
  }
  const judged = metrics.filter((metric) => metric.judged);
  if (judged.length === 0) {
    return { ...decided, verdict: "inconclusive", reason: "no blocking metric could be judged" };
  }
  const verdict = worst(judged.map((metric) => metric.verdict));
  return { ...decided, verdict, reason: suiteReason(judged, verdict) };
}

function worst(verdicts: Verdict[]): Verdict {
  return SEVERITY.find((verdict) => verdicts.includes(verdict)) ?? "pass";
}

function suiteReason(judged: MetricVerdict[], verdict: Verdict): string {
  const [first, ...others] = judged.filter((metric) => metric.verdict === verdict);
  if (verdict === "pass") return passReason(judged);
  const more = others.length === 0 ? "" : ` (and ${others.map((metric) => metric.name).join(", ")})`;
  return `${first?.reason}${more}`;
}

/** What is new has nothing to lose: its floors are all that it is held against. */
function passReason(judged: readonly MetricVerdict[]): string {
  const names = (compared: boolean) =>
    judged.flatMap(({ name, comparison }) => ((comparison !== undefined) === compared ? [name] : [])).join(", ");
  const parts = [
    ...(names(true) === "" ? [] : [`no loss beyond the margin in ${names(true)}`]),
    ...(names(false) === "" ? [] : [`the floors of ${names(false)} hold`]),
  ];
  return parts.join("; ");
}

/** The gate's verdict over its suites, and the check that the policy makes of it. */
export function decideGate(suites: SuiteVerdict[], policy: GatePolicy): GateVerdict {
  const verdict = worst(suites.map((suite) => suite.verdict));
  const reasons = suites.filter((suite) => suite.verdict === verdict).map((suite) => `${suite.suite}: ${suite.reason}`);
  const conclusion = concludes(verdict, policy);
  const blocked = conclusion === "failure" || conclusion === "action_required";
  return { verdict, conclusion, blocked, title: titleOf(suites, verdict, reasons), reasons, suites };
}

function concludes(verdict: Verdict, policy: GatePolicy): CheckConclusion {
  if (policy.mode === "observe") return "neutral";
  if (verdict === "pass") return "success";
  if (verdict === "regressed") return "failure";
  if (verdict === "notEvaluated") return "action_required";
  return policy.inconclusive === "block" ? "failure" : "neutral";
}

function titleOf(suites: SuiteVerdict[], verdict: Verdict, reasons: string[]): string {
  if (suites.length === 0) return "No suite is touched by this change";
  if (verdict === "pass") return "No regression";
  const [first] = reasons;
  if (verdict === "regressed") return `Regressed: ${first}`;
  if (verdict === "notEvaluated") return `Not evaluated: ${first}`;
  const undecided = suites
    .filter((suite) => suite.verdict === verdict)
    .flatMap((suite) => suite.metrics)
    .filter((metric) => metric.judged && metric.verdict === "inconclusive" && metric.mde !== undefined)
    .map((metric) => `${metric.name} from ${amount(metric, metric.mde ?? 0)}`);
  return undecided.length === 0 ? `Inconclusive: ${first}` : `Inconclusive: drops are seen in ${undecided.join(", ")}`;
}
