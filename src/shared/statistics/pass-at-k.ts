/** Of `n` samples of a case, `c` pass; 0 ≤ c ≤ n, 1 ≤ k ≤ n. Both are unbiased over which k of the n one drew. */

/** Chance that at least one of k samples passes: 1 - C(n-c, k) / C(n, k). Source: Chen et al. 2021 (HumanEval). */
export function passAtK(n: number, c: number, k: number): number {
  return 1 - chooseRatio(n, n - c, k);
}

/** Chance that all of k samples pass: C(c, k) / C(n, k). Source: tau-bench (Yao et al. 2024), pass^k. */
export function passHatK(n: number, c: number, k: number): number {
  return chooseRatio(n, c, k);
}

/** C(m, k) / C(n, k), factor by factor so that no factorial overflows. */
function chooseRatio(n: number, m: number, k: number): number {
  if (k > m) return 0;
  let ratio = 1;
  for (let i = 0; i < k; i++) ratio *= (m - i) / (n - i);
  return ratio;
}
