import type { CaseScores, MetricComparison } from "./comparison.ts";

/** A case that has all of its scores, with the mean over its repeats on each side. */
export interface MeasuredCase {
  scores: CaseScores;
  /** Undefined: the base has no such case. */
  base?: number;
  head: number;
  weight: number;
}

export interface MeasuredCases {
  complete: MeasuredCase[];
  /** Complete on both sides. */
  paired: (MeasuredCase & { base: number })[];
  /** Cases that lack a score on either side; they leave both sides. */
  missing: CaseScores[];
  /** Cases that the metric applies to. */
  applicable: number;
}

/** Sorts a metric's cases by what they can be used for. A score that is no finite number is missing, never 0. */
export function measureCases(metric: MetricComparison): MeasuredCases {
  const applicable = metric.cases.filter((scores) => !scores.notApplicable);
  const isMissing = ({ base, head }: CaseScores) => head.length === 0 || !base.every(isScore) || !head.every(isScore);
  const complete = applicable
    .filter((scores) => !isMissing(scores))
    .map((scores): MeasuredCase => {
      const head = meanOf(scores.head);
      const measured = { scores, head, weight: scores.weight };
      return scores.base.length === 0 ? measured : { ...measured, base: meanOf(scores.base) };
    });
  return {
    complete,
    paired: complete.filter((measured) => measured.base !== undefined),
    missing: applicable.filter(isMissing),
    applicable: applicable.length,
  } as MeasuredCases;
}

export function isScore(score: number | null): score is number {
  return score !== null && Number.isFinite(score);
}

/** Mean of the scores that are there. */
export function meanOf(scores: (number | null)[]): number {
  const present = scores.filter(isScore);
  return present.reduce((sum, score) => sum + score, 0) / present.length;
}

export function weightedMean(values: { value: number; weight: number }[]): number {
  const weight = values.reduce((sum, v) => sum + v.weight, 0);
  return values.reduce((sum, v) => sum + v.value * v.weight, 0) / weight;
}

/** The value from which a sample passes; undefined where a plain number declares none. */
export function passingScore(metric: Pick<MetricComparison, "passAt" | "scale">): number | undefined {
  return metric.passAt ?? (metric.scale === "number" ? undefined : 0.5);
}

export function passes(metric: Pick<MetricComparison, "better">, score: number, passAt: number): boolean {
  return metric.better === "higher" ? score >= passAt : score <= passAt;
}
