import { extentOf } from "./extent.ts";
import type { Interval } from "./interval.ts";
import { normalQuantile, normalSf } from "./normal.ts";
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
  const variance = Math.max(constrainedVariance(shifted, worst), spreadOverSizes(shifted, units.size, worst));
  return (sign * Math.abs(above)) / Math.sqrt(variance / shifted.length);
}

/**
 * Variance where units weigh differently, if losses fall on heavy ones as often as on light ones: that of a case times the
 * mean square of the sizes (Kish 1965). Without it, losses that so far hit light units alone would count as light for good.
 */
function spreadOverSizes(shifted: number[], sizes: number[], worst: number): number {
  const [least, most] = extentOf(sizes);
  if (most - least <= 1e-9 * most) return 0;
  const perCase = shifted.map((y, i) => y / (sizes[i] ?? 1)).sort((a, b) => a - b);
  const weighing = sizes.reduce((sum, size) => sum + size * size, 0) / sizes.length;
  return weighing * constrainedVariance(perCase, worst);
}

/** Variance of `values` under the most likely distribution of mean 0 (or less, where theirs is) on them and on `worst`. */
function constrainedVariance(values: number[], worst: number): number {
  const n = values.length;
  const grouped = runs(values);
  const lowest = grouped.reduce((low, [y]) => Math.min(low, y), Number.POSITIVE_INFINITY);
  const least = Math.min(worst, lowest);
  if (least >= 0) return 0;
  const mean = grouped.reduce((sum, [y, count]) => sum + y * count, 0) / n;
  // A value that rounding alone parts from the worst one is the worst one: Newton's steps would end beside its pole.
  const worstIsSeen = lowest <= worst + 1e-9 * Math.abs(worst);
  const lambda = mean <= 0 ? 0 : tilt(grouped, -1 / least, worstIsSeen);
  let mass = 0;
  let variance = 0;
  for (const [y, count] of grouped) {
    const share = count / (n * (1 + lambda * y));
    mass += share;
    variance += share * y * y;
  }
  return variance + Math.max(0, 1 - mass) * worst * worst;
}

/**
 * λ in (0, `limit`] at which the weights 1 / (1 + λy) give the values mean 0, or `limit` where none does: the rest of the
 * mass is then on the worst value. Newton's steps, bisection where one leaves the bracket.
 */
function tilt(grouped: [number, number][], limit: number, worstIsSeen: boolean): number {
  let [low, high] = [0, limit];
  let lambda = limit;
  if (worstIsSeen) lambda = limit / 2;
  for (let i = 0; i < 100; i++) {
    let value = 0;
    let slope = 0;
    for (const [y, count] of grouped) {
      const part = y / (1 + lambda * y);
      value += count * part;
      slope -= count * part * part;
    }
    if (value >= 0 && lambda === limit) return limit;
    if (value > 0) low = lambda;
    else high = lambda;
    const newton = lambda - value / slope;
    const next = newton > low && newton < high ? newton : (low + high) / 2;
    if (Math.abs(next - lambda) <= 1e-13 * limit) return next;
    lambda = next;
  }
  return lambda;
}

/** Runs of equal values with their counts: units are sorted, so equal ones are neighbours. */
function runs(values: number[]): [number, number][] {
  const grouped: [number, number][] = [];
  for (const value of values) {
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
  const excess = (mean: number) => scoreStatistic({ units, range }, mean) - z;
  let [low, high] = [range[0], units.mean];
  let [atLow, atHigh] = [Math.min(excess(low), 1e6), -z];
  if (low >= high || atLow <= 0) return low;
  // Illinois' false position; the statistic falls as the mean rises.
  for (let i = 0; i < 200 && high - low > 1e-12 * (range[1] - range[0]); i++) {
    const share = i % 3 === 2 ? 0.5 : atLow / (atLow - atHigh);
    const middle = low + share * (high - low);
    const value = excess(middle);
    if (value === 0) return middle;
    if (value > 0) {
      [low, atLow] = [middle, value];
      atHigh /= 2;
    } else {
      [high, atHigh] = [middle, value];
      atLow /= 2;
    }
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
