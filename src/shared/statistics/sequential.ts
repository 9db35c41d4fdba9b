/** Tests that may be looked at as often as one likes. */

/** Wald's bounds of the log likelihood ratio: at or above `accept` take H1, at or below `reject` take H0 (Wald 1945). */
export function sprtBounds(alpha: number, beta: number): { accept: number; reject: number } {
  return { accept: Math.log((1 - beta) / alpha), reject: Math.log(beta / (1 - alpha)) };
}

/**
 * Mixture likelihood ratio of "the mean difference is not 0", mixture N(0, τ²); two-sided. Reject when it reaches
 * 1 / alpha at any look. Source: Robbins 1970; Johari et al. 2017. `variance`: of one difference; needs it above 0.
 */
export function mixtureLikelihoodRatio(meanDifference: number, n: number, variance: number, tau: number): number {
  const v = variance / n;
  const shrunk = v + tau * tau;
  return Math.sqrt(v / shrunk) * Math.exp((tau * tau * meanDifference ** 2) / (2 * v * shrunk));
}

/** Always-valid p: the largest ratio that any look so far has seen decides. */
export function alwaysValidP(ratios: number[]): number {
  return Math.min(1, 1 / Math.max(1, ...ratios));
}

/**
 * Half-width of the asymptotic confidence sequence at the n-th value, two-sided at 1 - alpha for all n together; ρ sets
 * where it is tightest. Source: Waudby-Smith et al. 2021 (arXiv 2103.06476), eq. 1; in the values' unit.
 */
export function confidenceSequenceHalfWidth(n: number, sigma: number, rho: number, alpha: number): number {
  const scaled = n * rho * rho;
  return sigma * Math.sqrt(((2 * (scaled + 1)) / (n * scaled)) * Math.log(Math.sqrt(scaled + 1) / alpha));
}

/**
 * Evidence for a change at a time nobody knows, after each look: for each alternative the sum of the likelihood ratios since
 * every possible start, averaged over the alternatives. Without a change the mean time until it reaches c is at least c
 * looks. `ratios[look][alternative]`; sums stop at `cap`. Source: Shiryaev 1963, Roberts 1966; Shin, Ramdas & Rinaldo 2022 (arXiv 2203.03532).
 */
export function changeEvidence(ratios: readonly (readonly number[])[], cap: number): number[] {
  const sums: number[] = [];
  return ratios.map((look) => {
    let total = 0;
    for (let i = 0; i < look.length; i++) {
      const sum = Math.min(cap, (1 + (sums[i] ?? 0)) * (look[i] ?? 1));
      sums[i] = sum;
      total += sum;
    }
    return look.length === 0 ? 0 : total / look.length;
  });
}
