import { type AutoMargin, autoMargin, type SuiteSize } from "./auto-margin.ts";
import type { CaseScores, MetricComparison } from "./comparison.ts";

/**
 * The margin of a metric that is still on `margin: auto` when a gate needs it: from the declared repeats of base alone, so
 * that head cannot move its own bar and the same baseline gives the same number. Undefined without a base.
 */
export function baselineMargin(metric: MetricComparison, size: SuiteSize): AutoMargin | undefined {
  const cases = metric.cases
    .filter(({ base, notApplicable }) => base.length > 0 && !notApplicable)
    .map((own) => ({ ...own, base: own.base.slice(0, size.repeats) }));
  if (cases.length === 0) return undefined;
  const run = size.repeats > 1 ? cases.map(againstItself) : againstNeighbours(cases);
  return autoMargin({ ...metric, cases: run }, { ...size, cases: cases.length });
}

/** Every second repeat against the others: base's run, as a run of base on both sides. */
function againstItself(own: CaseScores): CaseScores {
  const half = (rest: number) => own.base.filter((_, repeat) => repeat % 2 === rest);
  return { ...own, base: half(0), head: half(1) };
}

/** One repeat shows no noise. It cannot be more than what tells cases apart, so each case stands in for the one before. */
function againstNeighbours(cases: CaseScores[]): CaseScores[] {
  return cases.map((own, i) => ({ ...own, head: cases[(i + 1) % cases.length]?.base ?? own.base }));
}
