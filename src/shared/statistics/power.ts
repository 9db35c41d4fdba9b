import { binomialCdf } from "./distributions.ts";
import { normalQuantile } from "./normal.ts";

/** Variances of a paired comparison, per case, in the squared unit of the score. */
export interface PairedVariance {
  /** Of the difference of the two sides' true means, among cases. */
  omegaSquared: number;
  /** Of one sample around its case's mean, first side and second. 0: no noise, or already in `omegaSquared`. */
  sigmaFirstSquared?: number;
  sigmaSecondSquared?: number;
  /** Repeats a side. */
  repeatsFirst?: number;
  repeatsSecond?: number;
}

/** Error and power of a planned test. Two-sided unless said otherwise. */
export interface TestPlan {
  alpha?: number;
  power?: number;
  sides?: 1 | 2;
}

function totalVariance(v: PairedVariance): number {
  const first = (v.sigmaFirstSquared ?? 0) / (v.repeatsFirst ?? 1);
  return v.omegaSquared + first + (v.sigmaSecondSquared ?? 0) / (v.repeatsSecond ?? 1);
}

function zSum({ alpha = 0.05, power = 0.8, sides = 2 }: TestPlan): number {
  return normalQuantile(1 - alpha / sides) + normalQuantile(power);
}

/** Cases needed to find a true mean difference `delta`; not rounded. Source: Miller, arXiv 2411.00640, eq. 9. */
export function casesForPower(variance: PairedVariance, delta: number, plan: TestPlan = {}): number {
  return (zSum(plan) ** 2 * totalVariance(variance)) / delta ** 2;
}

/** The smallest true mean difference that `n` cases find, in the score's unit. Source: Miller, eq. 10. */
export function minimalDetectableDifference(variance: PairedVariance, n: number, plan: TestPlan = {}): number {
  return zSum(plan) * Math.sqrt(totalVariance(variance) / n);
}

/**
 * Discordant pairs with which the exact sign test finds a win rate, at the least number that reaches the power. Power is
 * not monotone in the number of pairs: a few pairs more can have a little less. Undefined above 100,000.
 */
export function signTestPairs(
  winRate: number,
  { alpha = 0.05, power = 0.8, sides = 2 }: TestPlan = {},
): number | undefined {
  if (winRate === 0.5) return undefined;
  const rate = Math.max(winRate, 1 - winRate);
  let critical = 0;
  for (let n = 1; n <= 100_000; n++) {
    // The least k with P(X >= k | 1/2) <= alpha / sides; it grows by at most one for each pair.
    while (critical <= n && 1 - binomialCdf(critical - 1, n, 0.5) > alpha / sides) critical++;
    const upper = critical > n ? 0 : 1 - binomialCdf(critical - 1, n, rate);
    const lower = sides === 1 || critical > n ? 0 : binomialCdf(n - critical, n, rate);
    if (upper + lower >= power) return n;
  }
  return undefined;
}
