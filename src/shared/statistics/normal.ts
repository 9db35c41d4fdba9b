/** The standard normal and the chi-square with one degree of freedom, in double precision. */

/** P(Z > z), accurate in the far tail. Source: series of erf below 2.5, Laplace's continued fraction of erfc above. */
export function normalSf(z: number): number {
  if (z < 0) return 1 - normalSf(-z);
  const x = z / Math.SQRT2;
  if (x < 2.5) return 0.5 * (1 - erfSeries(x));
  let fraction = 0;
  for (let k = 80; k >= 1; k--) fraction = k / 2 / (x + fraction);
  return (0.5 * Math.exp(-x * x)) / (Math.sqrt(Math.PI) * (x + fraction));
}

function erfSeries(x: number): number {
  let term = x;
  let sum = x;
  for (let k = 1; k < 200 && Math.abs(term) > 1e-18 * Math.abs(sum); k++) {
    term *= (2 * x * x) / (2 * k + 1);
    sum += term;
  }
  return (2 / Math.sqrt(Math.PI)) * Math.exp(-x * x) * sum;
}

/** P(Z ≤ z). */
export function normalCdf(z: number): number {
  return normalSf(-z);
}

// Wichura's coefficients: numerator and denominator, highest power first, by region.
const CENTRAL: Rational = [
  [
    2509.0809287301227, 33430.57558358813, 67265.7709270087, 45921.95393154987, 13731.69376550946, 1971.5909503065513,
    133.14166789178438, 3.3871328727963665,
  ],
  [
    5226.495278852546, 28729.085735721943, 39307.89580009271, 21213.794301586597, 5394.196021424751, 687.1870074920579,
    42.31333070160091, 1,
  ],
];
const MIDDLE: Rational = [
  [
    0.0007745450142783414, 0.022723844989269184, 0.2417807251774506, 1.2704582524523684, 3.6478483247632045,
    5.769497221460691, 4.630337846156546, 1.4234371107496835,
  ],
  [
    1.0507500716444169e-9, 0.0005475938084995345, 0.015198666563616457, 0.14810397642748008, 0.6897673349851,
    1.6763848301838038, 2.053191626637759, 1,
  ],
];
const TAIL: Rational = [
  [
    2.0103343992922881e-7, 0.000027115555687434876, 0.0012426609473880784, 0.026532189526576124, 0.29656057182850487,
    1.7848265399172913, 5.463784911164114, 6.657904643501103,
  ],
  [
    2.0442631033899397e-15, 1.421511758316446e-7, 0.000018463183175100548, 0.0007868691311456133, 0.014875361290850615,
    0.1369298809227358, 0.599832206555888, 1,
  ],
];

type Rational = [number[], number[]];

function rational([numerator, denominator]: Rational, x: number): number {
  const horner = (coefficients: number[]) => coefficients.reduce((sum, c) => sum * x + c, 0);
  return horner(numerator) / horner(denominator);
}

/** Quantile of the standard normal; p strictly between 0 and 1. Source: Wichura 1988, AS 241, relative error 1e-16. */
export function normalQuantile(p: number): number {
  const q = p - 0.5;
  if (Math.abs(q) <= 0.425) return q * rational(CENTRAL, 0.180625 - q * q);
  const r = Math.sqrt(-Math.log(q < 0 ? p : 1 - p));
  return Math.sign(q) * (r <= 5 ? rational(MIDDLE, r - 1.6) : rational(TAIL, r - 5));
}

/** P(X > x) of chi-square with one degree of freedom. */
export function chiSquare1Sf(x: number): number {
  return Math.min(1, 2 * normalSf(Math.sqrt(Math.max(0, x))));
}
