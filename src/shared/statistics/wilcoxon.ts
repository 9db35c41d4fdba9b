import { exactSignFlip, signFlip } from "./sign-flip.ts";

/**
 * Wilcoxon's signed-rank test of paired differences, two-sided; zeros are dropped and ties get midranks, so the null
 * distribution is that of the ranks with random signs (exact up to their number, else Monte Carlo). For ordinal scores;
 * with nearly all ties prefer pass and fail. Undefined where all differences are 0. Source: Wilcoxon 1945; Pratt 1959.
 */
export function wilcoxonP(differences: number[]): number | undefined {
  const moved = differences.filter((d) => d !== 0);
  const magnitudes = moved.map(Math.abs).sort((a, b) => a - b);
  const ranked = moved.map((d) => Math.sign(d) * midrank(magnitudes, Math.abs(d)));
  return twoSidedSignFlip(ranked);
}

/** Two-sided sign-flip p: the smaller tail, doubled, at most 1. Undefined where all differences are 0. */
export function twoSidedSignFlip(differences: number[]): number | undefined {
  const tail = (values: number[]) => (exactSignFlip(values) ?? signFlip(values)).p;
  const [low, high] = [tail(differences), tail(differences.map((d) => -d))];
  return low === undefined || high === undefined ? undefined : Math.min(1, 2 * Math.min(low, high));
}

function midrank(sorted: number[], value: number): number {
  const tolerance = 1e-12 * Math.max(1, value);
  const below = sorted.filter((x) => x < value - tolerance).length;
  const equal = sorted.filter((x) => Math.abs(x - value) <= tolerance).length;
  return below + (equal + 1) / 2;
}
