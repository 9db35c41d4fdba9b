import { betaQuantile } from "./distributions.ts";
import type { Interval } from "./interval.ts";
import { normalQuantile } from "./normal.ts";

/** Two-sided intervals of a proportion: `k` of `n` > 0. */

/** Wilson 1927: inverts the score test; good from n = 10 or so. */
export function wilson(k: number, n: number, level = 0.95): Interval {
  const z = normalQuantile((1 + level) / 2);
  const p = k / n;
  const center = p + (z * z) / (2 * n);
  const half = z * Math.sqrt((p * (1 - p)) / n + (z * z) / (4 * n * n));
  const scale = 1 + (z * z) / n;
  return within((center - half) / scale, (center + half) / scale, level);
}

/** Wilson's with Yates' continuity correction (Newcombe 1998, Stat Med 17:857, method 4); what ai-agent-evals reports. */
export function wilsonCorrected(k: number, n: number, level = 0.95): Interval {
  const z = normalQuantile((1 + level) / 2);
  const p = k / n;
  const center = 2 * k + z * z;
  const scale = 2 * (n + z * z);
  const half = (sign: 1 | -1) => z * Math.sqrt(Math.max(0, z * z - sign * 2 - 1 / n + 4 * p * (n * (1 - p) + sign)));
  const low = k === 0 ? 0 : (center - 1 - half(1)) / scale;
  const high = k === n ? 1 : (center + 1 + half(-1)) / scale;
  return within(low, high, level);
}

/** Clopper & Pearson 1934: inverts the exact binomial test; never below its level, so wide. */
export function clopperPearson(k: number, n: number, level = 0.95): Interval {
  const tail = (1 - level) / 2;
  const low = k === 0 ? 0 : betaQuantile(tail, k, n - k + 1);
  const high = k === n ? 1 : betaQuantile(1 - tail, k + 1, n - k);
  return within(low, high, level);
}

/** Jeffreys: equal tails of the posterior Beta(k + 1/2, n - k + 1/2) (Brown, Cai & DasGupta 2001). */
export function jeffreys(k: number, n: number, level = 0.95): Interval {
  const tail = (1 - level) / 2;
  return within(betaQuantile(tail, k + 0.5, n - k + 0.5), betaQuantile(1 - tail, k + 0.5, n - k + 0.5), level);
}

/** Agresti & Coull 1998: Wald's interval around Wilson's center; the ends are cut at 0 and 1. */
export function agrestiCoull(k: number, n: number, level = 0.95): Interval {
  const z = normalQuantile((1 + level) / 2);
  const trials = n + z * z;
  const p = (k + (z * z) / 2) / trials;
  const half = z * Math.sqrt((p * (1 - p)) / trials);
  return within(p - half, p + half, level);
}

function within(low: number, high: number, level: number): Interval {
  return { low: Math.max(0, low), high: Math.min(1, high), level, sides: "two" };
}
