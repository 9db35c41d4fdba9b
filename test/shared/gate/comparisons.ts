import type { CaseScores, MetricComparison, SuiteComparison } from "../../../src/shared/gate/comparison.ts";

/** A case with the scores given; single numbers are one repeat. */
export function scored(
  caseId: string,
  base: number | (number | null)[],
  head: number | (number | null)[],
  rest: Partial<CaseScores> = {},
): CaseScores {
  const repeats = (scores: number | (number | null)[]) => (Array.isArray(scores) ? scores : [scores]);
  return {
    caseId,
    segments: {},
    mustPass: false,
    weight: 1,
    unchanged: false,
    ...rest,
    base: repeats(base),
    head: repeats(head),
  };
}

/** `n` cases that go from base to head, named `prefix-0`, `prefix-1`, … */
export function cases(
  prefix: string,
  n: number,
  base: number,
  head: number,
  rest: Partial<CaseScores> = {},
): CaseScores[] {
  return Array.from({ length: n }, (_, i) => scored(`${prefix}-${i}`, base, head, rest));
}

/** A blocking binary metric, higher better, with a margin of 5 points, unless said otherwise. */
export function metric(own: CaseScores[], rest: Partial<MetricComparison> = {}): MetricComparison {
  const defaults = { name: "groundedness", scale: "binary", better: "higher", primary: true, blocking: true } as const;
  const margin = "margin" in rest || "threshold" in rest || "relativeMargin" in rest ? {} : { margin: 0.05 };
  return { ...defaults, ...margin, ...rest, cases: own };
}

export function suite(metrics: MetricComparison[], rest: Partial<SuiteComparison> = {}): SuiteComparison {
  return { suite: "support", metrics, ...rest };
}
