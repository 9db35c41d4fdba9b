/**
 * Student t, beta and binomial, in double precision (the normal is in normal.ts). Own code: of the libraries weighed, jstat's
 * t quantile is off by 6e-8 (it fails the reference rows), the @stdlib packages bring 243 more of them, and cephes has
 * the precision in 240 kB of WebAssembly that must be awaited, which a pure synchronous function cannot.
 */

const LANCZOS = [
  0.9999999999998099, 676.5203681218851, -1259.1392167224028, 771.3234287776531, -176.6150291621406, 12.507343278686905,
  -0.13857109526572012, 0.000009984369578019572, 1.5056327351493116e-7,
];

/** ln Γ(x) for x > 0. Source: Lanczos, g = 7, n = 9; relative error about 1e-15. */
export function logGamma(x: number): number {
  if (x < 0.5) return Math.log(Math.PI / Math.sin(Math.PI * x)) - logGamma(1 - x);
  const shifted = x - 1;
  const base = shifted + 7.5;
  const series = LANCZOS.reduce((sum, c, i) => (i === 0 ? c : sum + c / (shifted + i)), 0);
  return 0.5 * Math.log(2 * Math.PI) + (shifted + 0.5) * Math.log(base) - base + Math.log(series);
}

/**
 * ln B(a, b). Where one is large the two ln Γ nearly cancel and leave too few digits, so their difference is expanded
 * instead. Source: Stirling's series, as in TOMS 708 (`algdiv`); absolute error below 1e-14.
 */
export function logBeta(a: number, b: number): number {
  const [small, large] = a < b ? [a, b] : [b, a];
  if (large < 100) return logGamma(a) + logGamma(b) - logGamma(a + b);
  const sum = small + large;
  const growth = (large - 0.5) * Math.log1p(small / large) + small * Math.log(sum) - small;
  return logGamma(small) - growth - stirlingRest(sum) + stirlingRest(large);
}

/** ln Γ(x) less (x - ½) ln x - x + ½ ln 2π, for x from 100 on. */
function stirlingRest(x: number): number {
  return 1 / (12 * x) - 1 / (360 * x ** 3) + 1 / (1260 * x ** 5);
}

/** I_x(a, b), the regularised incomplete beta function. Source: Lentz's continued fraction (Numerical Recipes 6.4). */
export function regularizedBeta(x: number, a: number, b: number): number {
  if (x <= 0) return 0;
  if (x >= 1) return 1;
  if (x > (a + 1) / (a + b + 2)) return 1 - regularizedBeta(1 - x, b, a);
  const front = Math.exp(a * Math.log(x) + b * Math.log1p(-x) - logBeta(a, b)) / a;
  const tiny = 1e-300;
  let c = 1;
  let d = 1 / nonZero(1 - ((a + b) * x) / (a + 1), tiny);
  let fraction = d;
  for (let m = 1; m < 10_000; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
    d = 1 / nonZero(1 + even * d, tiny);
    c = nonZero(1 + even / c, tiny);
    fraction *= d * c;
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    d = 1 / nonZero(1 + odd * d, tiny);
    c = nonZero(1 + odd / c, tiny);
    const step = d * c;
    fraction *= step;
    if (Math.abs(step - 1) < 1e-16) break;
  }
  return front * fraction;
}

function nonZero(value: number, tiny: number): number {
  return Math.abs(value) < tiny ? tiny : value;
}

/** x with `cdf(x) = p` for an increasing cdf on [low, high]: Newton's steps, bisection where one leaves the bracket. */
function invert(cdf: (x: number) => number, pdf: (x: number) => number, p: number, low: number, high: number): number {
  let [left, right] = [low, high];
  let x = (low + high) / 2;
  for (let i = 0; i < 200; i++) {
    const error = cdf(x) - p;
    if (error === 0) return x;
    if (error > 0) right = x;
    else left = x;
    const density = pdf(x);
    const newton = x - error / density;
    const next = density > 0 && newton > left && newton < right ? newton : (left + right) / 2;
    if (Math.abs(next - x) <= 1e-15 * Math.max(1e-300, Math.abs(x))) return next;
    x = next;
  }
  return x;
}

/** Quantile of Beta(a, b); p in [0, 1]. */
export function betaQuantile(p: number, a: number, b: number): number {
  if (p <= 0) return 0;
  if (p >= 1) return 1;
  const norm = logBeta(a, b);
  return invert(
    (x) => regularizedBeta(x, a, b),
    (x) => Math.exp((a - 1) * Math.log(x) + (b - 1) * Math.log1p(-x) - norm),
    p,
    0,
    1,
  );
}

/** P(T ≤ t) of Student's t; `df` > 0. */
export function tCdf(t: number, df: number): number {
  const square = t * t;
  // Near 0, df / (df + t²) is so close to 1 that its digits are lost: the complement has them.
  const tail =
    square < 4
      ? 0.5 - 0.5 * regularizedBeta(square / (df + square), 0.5, df / 2)
      : 0.5 * regularizedBeta(df / (df + square), df / 2, 0.5);
  return t > 0 ? 1 - tail : tail;
}

/** Quantile of Student's t; p strictly between 0 and 1, `df` > 0. */
export function tQuantile(p: number, df: number): number {
  if (p === 0.5) return 0;
  if (p < 0.5) return -tQuantile(1 - p, df);
  const logNorm = -logBeta(df / 2, 0.5) - 0.5 * Math.log(df);
  const pdf = (t: number) => Math.exp(logNorm - ((df + 1) / 2) * Math.log1p((t * t) / df));
  let high = 2;
  while (tCdf(high, df) < p) high *= 2;
  return invert((t) => tCdf(t, df), pdf, p, 0, high);
}

/** P(X ≤ k) of Binomial(n, p). */
export function binomialCdf(k: number, n: number, p: number): number {
  if (k < 0) return 0;
  if (k >= n) return 1;
  return regularizedBeta(1 - p, n - k, k + 1);
}

/** P(X = k) of Binomial(n, p). */
export function binomialPmf(k: number, n: number, p: number): number {
  if (k < 0 || k > n) return 0;
  if (p <= 0) return k === 0 ? 1 : 0;
  if (p >= 1) return k === n ? 1 : 0;
  const logChoose = logGamma(n + 1) - logGamma(k + 1) - logGamma(n - k + 1);
  return Math.exp(logChoose + k * Math.log(p) + (n - k) * Math.log1p(-p));
}
