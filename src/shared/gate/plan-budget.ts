import { resolveMetrics } from "../evals/metrics.ts";
import type { Suite } from "../repository/ai-repository.ts";
import { plannedLooks } from "./extension.ts";
import type { PlannedBudget, PlannedCase, PlannedComparison } from "./plan.ts";

/** Whether base and head send the same bytes for a case: it is called once and counts as unchanged. */
export function isUnchanged({ base, head }: Pick<PlannedCase, "base" | "head">): boolean {
  return base !== undefined && base.samplesPath === head?.samplesPath && base.requestDigest === head.requestDigest;
}

/** Cases that further repeats say something about. */
export function changedCases(cases: readonly PlannedCase[]): PlannedCase[] {
  return cases.filter((planned) => planned.base !== undefined && planned.head !== undefined && !isUnchanged(planned));
}

/**
 * What a comparison may spend beyond its first repeats, and how many looks that plans. The base's suite says it where
 * there is one: a pull request cannot raise what it is allowed to cost.
 */
export function planSpending(
  comparison: Pick<PlannedComparison, "cases" | "metrics" | "repeats" | "isNew" | "advisory">,
  suite: Suite,
  { calls, maxCalls }: { calls: number; maxCalls: number },
): { looks: number; budget: PlannedBudget } {
  const { maxCalls: own, maxRepeats, maxCostUsd, maxMinutes } = suite.budget;
  const changed = changedCases(comparison.cases).length;
  const budget = {
    callsPerRepeat: changed,
    callsLeft: Math.max(0, Math.min(maxCalls, own ?? maxCalls) - calls),
    ...(maxRepeats === undefined ? {} : { maxRepeats }),
    ...(maxCostUsd === undefined ? {} : { maxCostUsd }),
    ...(maxMinutes === undefined ? {} : { maxMinutes }),
  };
  // Repeats settle a comparison alone: floors, advice and unchanged requests keep the whole error for one look.
  const once = comparison.isNew || comparison.advisory || changed === 0 || !comparesAnything(comparison.metrics);
  return { looks: once ? 1 : plannedLooks(comparison.repeats, extensionBudget(budget)), budget };
}

/** Whether a metric blocks on what base had, and not on a floor or an invariant alone. */
function comparesAnything(evaluators: PlannedComparison["metrics"]): boolean {
  return resolveMetrics(evaluators).metrics.some(
    ({ blocking, invariant, margin, relativeMargin, threshold }) =>
      blocking && !invariant && (margin !== undefined || relativeMargin !== undefined || threshold === undefined),
  );
}

/** The plan's budget as the extension reads it. `mostRepeats`: what dollars and minutes leave, where they have a limit. */
export function extensionBudget(
  { callsPerRepeat, callsLeft, maxRepeats }: PlannedBudget,
  mostRepeats = Number.POSITIVE_INFINITY,
): { callsPerRepeat: number; callsLeft?: number; mostRepeats?: number } {
  const most = Math.min(mostRepeats, maxRepeats ?? Number.POSITIVE_INFINITY);
  return {
    callsPerRepeat,
    ...(callsLeft === undefined ? {} : { callsLeft }),
    ...(Number.isFinite(most) ? { mostRepeats: most } : {}),
  };
}
