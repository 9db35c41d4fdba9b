/** Counts whose trials come in clusters: the beta-binomial, parametrised by its mean and by its variance over the binomial's. */

/** ln Γ(a + k) - ln Γ(a) for a > 0 and k ≥ 0, to about 1e-10: the log of a (a + 1) … (a + k - 1). */
export function logRising(a: number, k: number): number {
  if (k === 0) return 0;
  if (k <= 12) {
    let product = 1;
    for (let i = 0; i < k; i++) product *= a + i;
    return Math.log(product);
  }
  return stirling(a + k) - stirling(a);
}

/** ln Γ(x) less its constant ½ ln 2π. Source: Stirling's series; below 10 the argument is shifted up first. */
function stirling(x: number): number {
  let shift = 1;
  let z = x;
  while (z < 10) {
    shift *= z;
    z += 1;
  }
  const inverse = 1 / z;
  const series = inverse * (1 / 12 - inverse * inverse * (1 / 360 - inverse * inverse * (1 / 1260)));
  return (z - 0.5) * Math.log(z) - z + series - Math.log(shift);
}

/** a + b of the beta that gives `n` trials a variance `dispersion` times the binomial's; both above 1. */
export function clusterConcentration(n: number, dispersion: number): number {
  return Math.max(0.05, (n - dispersion) / (dispersion - 1));
}

/** ln of how much likelier `k` of `n` is under BetaBinomial(a1, b1) than under BetaBinomial(a0, b0). */
export function betaBinomialLogRatio(
  k: number,
  n: number,
  [a1, b1]: readonly [number, number],
  [a0, b0]: readonly [number, number],
): number {
  const total = a1 + b1 === a0 + b0 ? 0 : logRising(a0 + b0, n) - logRising(a1 + b1, n);
  return logRising(a1, k) - logRising(a0, k) + logRising(b1, n - k) - logRising(b0, n - k) + total;
}

/**
 * How many times the binomial's the variance of counts is: Pearson's χ² over its degrees of freedom. Drawn towards `prior`
 * as if `priorWindows` more windows had shown it, since few windows say little. Source: McCullagh & Nelder 1989, §4.5.
 */
export function countDispersion(
  counts: readonly { k: number; n: number }[],
  prior: number,
  priorWindows: number,
): number {
  let [events, trials] = [0, 0];
  for (const { k, n } of counts) {
    events += k;
    trials += n;
  }
  const p = trials === 0 ? 0 : events / trials;
  if (p <= 0 || p >= 1) return prior;
  let chiSquare = 0;
  for (const { k, n } of counts) if (n > 0) chiSquare += (k - n * p) ** 2 / (n * p * (1 - p));
  return (chiSquare + prior * priorWindows) / (counts.length - 1 + priorWindows);
}
