import { tCdf, tQuantile } from "./distributions.ts";
import type { Interval } from "./interval.ts";
import { normalQuantile } from "./normal.ts";

/** Two samples of equal length, value i of either belonging to case i. All in the values' own unit. */
export interface PairedSummary {
  n: number;
  /** Mean of second - first. */
  meanDifference: number;
  /** Standard deviation of the differences, n - 1. */
  standardDeviation: number;
  standardError: number;
  /** Undefined where all differences are equal: there is no spread to compare with. */
  t: number | undefined;
  degreesOfFreedom: number;
  /** Two-sided p of the paired t test; undefined as `t`. */
  p: number | undefined;
  /** Two-sided t interval of the mean difference; undefined below two cases or without spread. */
  interval: Interval | undefined;
  /** The same with the normal quantile, as Miller writes it; for some hundred cases and more. */
  normalInterval: Interval | undefined;
  /** What the standard error would be if the cases were not paired: √(SE₁² + SE₂²). */
  unpairedStandardError: number;
  /** Cases whose two values are equal. */
  ties: number;
}

/** Paired differences. Source: Student's paired t; Miller, arXiv 2411.00640 §4.2, for the pairing. */
export function paired(first: number[], second: number[], level = 0.95): PairedSummary {
  const differences = first.map((value, i) => (second[i] ?? Number.NaN) - value);
  const n = differences.length;
  const meanDifference = mean(differences);
  const spread = variance(differences);
  const standardError = Math.sqrt(spread / n);
  const degreesOfFreedom = n - 1;
  // A difference of two values is rounded to the values' precision, not to its own.
  const largest = [...first, ...second].reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  const varies = Math.sqrt(spread) > 4 * Number.EPSILON * largest;
  const t = varies ? meanDifference / standardError : undefined;
  const around = (quantile: number): Interval => ({
    low: meanDifference - quantile * standardError,
    high: meanDifference + quantile * standardError,
    level,
    sides: "two",
  });
  return {
    n,
    meanDifference,
    standardDeviation: Math.sqrt(spread),
    standardError,
    t,
    degreesOfFreedom,
    p: t === undefined ? undefined : Math.min(1, 2 * tCdf(-Math.abs(t), degreesOfFreedom)),
    interval: varies ? around(tQuantile((1 + level) / 2, degreesOfFreedom)) : undefined,
    normalInterval: varies ? around(normalQuantile((1 + level) / 2)) : undefined,
    unpairedStandardError: Math.sqrt((variance(first) + variance(second)) / n),
    ties: differences.filter((d) => d === 0).length,
  };
}

export function mean(values: number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** With n - 1; NaN below two values. */
export function variance(values: number[]): number {
  const center = mean(values);
  return values.reduce((sum, value) => sum + (value - center) ** 2, 0) / (values.length - 1);
}

/** Pearson's correlation; undefined where a side has no spread. */
export function correlation(first: number[], second: number[]): number | undefined {
  const [m1, m2] = [mean(first), mean(second)];
  const products = first.reduce((sum, value, i) => sum + (value - m1) * ((second[i] ?? Number.NaN) - m2), 0);
  const spread = Math.sqrt(variance(first) * variance(second)) * (first.length - 1);
  return spread === 0 ? undefined : products / spread;
}
