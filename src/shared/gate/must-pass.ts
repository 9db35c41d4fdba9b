import { isScore, passes, passingScore } from "./compared-cases.ts";
import type { MetricComparison, MustPassFailure, SuiteComparison } from "./comparison.ts";

/**
 * Cases that have to pass this metric in `required` of their repeats (all, unless said otherwise) and do not: `mustPass`
 * cases, and every case of an invariant. Counted, not estimated: no noise excuses them.
 */
export function mustPassFailures(
  metric: MetricComparison,
  { mustPassRepeats: required, declaredRepeats }: Pick<SuiteComparison, "mustPassRepeats" | "declaredRepeats">,
): MustPassFailure[] {
  const passAt = passingScore(metric);
  if (passAt === undefined) return [];
  const passed = (scores: (number | null)[]) => scores.filter((s) => isScore(s) && passes(metric, s, passAt)).length;
  const held = metric.cases.filter((c) => !c.notApplicable && (c.mustPass || metric.invariant === true));
  return held
    .map(({ caseId, base, head }) => ({
      caseId,
      base: base.slice(0, declaredRepeats),
      head: head.slice(0, declaredRepeats),
    }))
    .filter(({ head }) => head.length > 0 && head.every(isScore))
    .map(({ caseId, base, head }): MustPassFailure => {
      const repeats = head.length;
      const need = Math.min(required ?? repeats, repeats);
      const failure = { caseId, metric: metric.name, passed: passed(head), repeats, required: need };
      if (base.length === 0 || !base.every(isScore)) return failure;
      return { ...failure, baseFails: passed(base) < Math.min(required ?? base.length, base.length) };
    })
    .filter((counted) => counted.passed < counted.required);
}
