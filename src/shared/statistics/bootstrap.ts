import type { Interval } from "./interval.ts";
import { type Random, randomIndex, seededRandom } from "./random.ts";
import { type Units, unitsOf, type WeightedValue } from "./units.ts";

export interface BootstrapOptions {
  resamples?: number;
  level?: number;
  seed?: number;
}

/**
 * Paired bootstrap of a mean difference: cases are drawn with replacement, whole clusters where there are any, both sides
 * of a case together. Two-sided percentile interval, and a two-sided p from the differences centred on their mean
 * (Koehn 2004, as sacreBLEU computes it). Undefined below two units or where nothing varies.
 */
export function pairedBootstrap(
  differences: WeightedValue[],
  { resamples = 1_000, level = 0.95, seed = 12_345 }: BootstrapOptions = {},
): { mean: number; interval: Interval | undefined; p: number | undefined } {
  const units = unitsOf(differences);
  const varies = units.total.some((x, i) => x !== units.mean * (units.size[i] ?? 1));
  if (units.total.length < 2 || !varies) return { mean: units.mean, interval: undefined, p: undefined };
  const random = seededRandom(seed);
  const means = Array.from({ length: resamples }, () => resampledMean(units, random)).sort((a, b) => a - b);
  const extreme = means.filter((m) => Math.abs(m - units.mean) >= Math.abs(units.mean)).length;
  const at = (share: number) => means[Math.min(resamples - 1, Math.max(0, Math.round(share * (resamples - 1))))] ?? 0;
  const interval: Interval = { low: at((1 - level) / 2), high: at((1 + level) / 2), level, sides: "two" };
  return { mean: units.mean, interval, p: (extreme + 1) / (resamples + 1) };
}

function resampledMean({ total, size }: Units, random: Random): number {
  let sum = 0;
  let weight = 0;
  for (let drawn = 0; drawn < total.length; drawn++) {
    const unit = randomIndex(random, total.length);
    sum += total[unit] ?? 0;
    weight += size[unit] ?? 0;
  }
  return sum / weight;
}
