import { normalQuantile, normalSf } from "./distributions.ts";
import type { Interval } from "./interval.ts";
import type { Units } from "./units.ts";

/**
 * Score bounds for a mean of bounded values, paired differences included. Source: Tango 1998 (Stat Med 17:891) for the
 * paired difference and Wilson 1927 for one proportion, carried over from counts to any values in a known range: the
 * variance is taken under the hypothesis, from the constrained nonparametric likelihood (Owen 1988) with the end of the
 * range in its support. On 0/1 data it is Tango's and Wilson's interval exactly. Unlike a t interval it does not
 * collapse where nearly all differences are ties, because a loss that was not seen yet stays possible.
 */
export interface Bounded {
  units: Units;
  /** Least and largest value that a case can have. */
  range: readonly [number, number];
}

/**
 * The score statistic of "the mean is `mean`": positive where the observed mean is above it. Standard normal under the
 * hypothesis. Infinite where no distribution in the range can have that mean and these values.
 */
export function scoreStatistic({ units, range }: Bounded, mean: number): number {
  const above = units.mean - mean;
  if (above === 0) return 0;
  const sign = Math.sign(above);
  const shifted = units.total.map((x, i) => sign * (x - mean * (units.size[i] ?? 1)));
  const worst = sign > 0 ? range[0] - mean : mean - range[1];
  return (sign * Math.abs(above)) / Math.sqrt(constrainedVariance(shifted, worst) / shifted.length);
}

/** Variance of `values` (mean above 0) under the most likely distribution of mean 0 on them and on `worst`. */
function constrainedVariance(values: number[], worst: number): number {
  const n = values.length;
  const grouped = group(values);
  const least = Math.min(worst, grouped[0]?.[0] ?? worst);
  if (least >= 0) return 0;
  const slope = (lambda: number) => grouped.reduce((sum, [y, count]) => sum + (count * y) / (1 + lambda * y), 0);
  let high = -1 / least;
  let lambda = high;
  const worstIsSeen = (grouped[0]?.[0] ?? 0) <= worst;
  if (worstIsSeen || slope(high) < 0) {
    let low = 0;
    for (let i = 0; i < 60 && high - low > 1e-14 * high; i++) {
      lambda = (low + high) / 2;
      if (slope(lambda) > 0) low = lambda;
      else high = lambda;
    }
  }
  let mass = 0;
  let variance = 0;
  for (const [y, count] of grouped) {
    const share = count / (n * (1 + lambda * y));
    mass += share;
    variance += share * y * y;
  }
  return variance + Math.max(0, 1 - mass) * worst * worst;
}

/** Distinct values with their counts, ascending. */
function group(values: number[]): [number, number][] {
  const sorted = Float64Array.from(values).sort();
  const grouped: [number, number][] = [];
  for (const value of sorted) {
    const last = grouped.at(-1);
    if (last && last[0] === value) last[1]++;
    else grouped.push([value, 1]);
  }
  return grouped;
}

/** One-sided p of "the mean is at least `mean`": small where the data lie below. */
export function scorePBelow(data: Bounded, mean: number): number {
  return normalSf(-scoreStatistic(data, mean));
}

/** The mean is above this at one-sided `level`. */
export function scoreLowerBound({ units, range }: Bounded, level: number): number {
  const z = normalQuantile(level);
  let [low, high] = [range[0], units.mean];
  for (let i = 0; i < 50 && high - low > 1e-12 * (range[1] - range[0]); i++) {
    const middle = (low + high) / 2;
    if (scoreStatistic({ units, range }, middle) > z) low = middle;
    else high = middle;
  }
  return low;
}

/** Two-sided interval of the mean: two one-sided bounds, each with half of the error. */
export function scoreInterval(data: Bounded, level: number): Interval {
  const oneSided = (1 + level) / 2;
  const { units, range } = data;
  const mirrored = {
    units: { total: units.total.map((x) => -x).reverse(), size: [...units.size].reverse(), mean: -units.mean },
    range: [-range[1], -range[0]] as const,
  };
  return { low: scoreLowerBound(data, oneSided), high: -scoreLowerBound(mirrored, oneSided), level, sides: "two" };
}
