import { seededRandom } from "./random.ts";

/**
 * One-sided sign-flip (permutation) test of paired differences: under "nothing changed" base and head can be swapped in
 * every unit, so each difference has either sign with probability 1/2. Source: Fisher 1935; Ernst 2004. On 0/1 data it
 * is McNemar's conditional test.
 */
export interface SignFlip {
  /** P(mean ≤ the observed one | signs at random); small where head is worse. Undefined where all differences are 0. */
  p: number | undefined;
  /** Exact p less half of the probability of the observed mean (mid-p; Lancaster 1961). Equal to `p` for Monte Carlo. */
  midP: number | undefined;
  /** The least mid-p that these magnitudes could have given: 2^-(non-zero differences + 1). */
  leastP: number;
  method: "exact" | "monte-carlo";
}

const MAX_LATTICE_STEPS = 20_000;
const MAX_EXACT = 14;

/**
 * Differences are signed, negative: a loss. `resamples` and `seed` matter only where no exact count is possible. The least p
 * is 1 / (resamples + 1): few enough resamples, and no loss would be significant in a gate of many suites and segments.
 */
export function signFlip(differences: number[], { resamples = 99_999, seed = 1 } = {}): SignFlip {
  const exact = exactSignFlip(differences);
  if (exact) return exact;
  const { magnitudes, observed, leastP } = prepare(differences);
  const p = byMonteCarlo(magnitudes, observed, resamples, seed);
  return { p, midP: p, leastP, method: "monte-carlo" };
}

/** All signs counted; undefined where they are too many and the differences are no multiples of one step. */
export function exactSignFlip(differences: number[]): SignFlip | undefined {
  const { magnitudes, observed, leastP } = prepare(differences);
  if (magnitudes.length === 0) return { p: undefined, midP: undefined, leastP: 1, method: "exact" };
  const steps = latticeSteps(magnitudes);
  if (steps) return { ...fromLattice(steps.multiples, Math.round(observed / steps.quantum)), leastP, method: "exact" };
  if (magnitudes.length > MAX_EXACT) return undefined;
  return { ...byEnumeration(magnitudes, observed), leastP, method: "exact" };
}

function prepare(differences: number[]): { magnitudes: number[]; observed: number; leastP: number } {
  const moved = differences.filter((d) => d !== 0).sort((a, b) => a - b);
  const magnitudes = moved.map(Math.abs).sort((a, b) => b - a);
  return { magnitudes, observed: moved.reduce((sum, d) => sum + d, 0), leastP: 0.5 ** (moved.length + 1) };
}

/** The magnitudes as whole multiples of one quantum, if they are and their sum is small enough to count exactly. */
function latticeSteps(magnitudes: number[]): { quantum: number; multiples: number[] } | undefined {
  const least = magnitudes.at(-1) ?? 0;
  for (let divisor = 1; divisor <= 12; divisor++) {
    const quantum = least / divisor;
    const multiples = magnitudes.map((d) => Math.round(d / quantum));
    if (multiples.reduce((sum, k) => sum + k, 0) > MAX_LATTICE_STEPS) return undefined;
    if (magnitudes.every((d, i) => Math.abs(d - (multiples[i] ?? 0) * quantum) < 1e-7 * quantum)) {
      return { quantum, multiples };
    }
  }
  return undefined;
}

/** Exact null distribution of the sum by convolution: each multiple k is added or taken off with probability 1/2. */
function fromLattice(multiples: number[], observed: number): { p: number; midP: number } {
  const total = multiples.reduce((sum, k) => sum + k, 0);
  // The sum of all signed multiples is 2 × (sum of those with a plus) - total; count the plus side.
  let weights = new Float64Array(total + 1);
  weights[0] = 1;
  let reach = 0;
  for (const k of multiples) {
    const next = new Float64Array(total + 1);
    for (let s = 0; s <= reach; s++) {
      const half = (weights[s] ?? 0) / 2;
      next[s] = (next[s] ?? 0) + half;
      next[s + k] = (next[s + k] ?? 0) + half;
    }
    weights = next;
    reach += k;
  }
  const at = (observed + total) / 2;
  let p = 0;
  for (let s = 0; s <= at; s++) p += weights[s] ?? 0;
  return { p: Math.min(1, p), midP: Math.min(1, p - (weights[at] ?? 0) / 2) };
}

function byEnumeration(magnitudes: number[], observed: number): { p: number; midP: number } {
  const tolerance = 1e-9 * magnitudes.reduce((sum, d) => sum + d, 0);
  const all = 2 ** magnitudes.length;
  let below = 0;
  let equal = 0;
  for (let signs = 0; signs < all; signs++) {
    const sum = magnitudes.reduce((s, d, i) => s + ((signs >> i) & 1 ? d : -d), 0);
    if (sum < observed - tolerance) below++;
    else if (sum <= observed + tolerance) equal++;
  }
  return { p: (below + equal) / all, midP: (below + equal / 2) / all };
}

/**
 * (count + 1) / (resamples + 1), never 0. Source: Phipson & Smyth 2010. Stops early once 200 resamples were as extreme
 * (Besag & Clifford 1991): the p is then count / drawn, which stays a valid p and is far from significant.
 */
function byMonteCarlo(magnitudes: number[], observed: number, resamples: number, seed: number): number {
  const random = seededRandom(seed);
  const total = magnitudes.reduce((sum, d) => sum + d, 0);
  // Signs with a plus add up to (total + sum) / 2.
  const limit = (total + observed + 1e-9 * total) / 2;
  const doubles = Float64Array.from(magnitudes);
  let count = 0;
  for (let drawn = 1; drawn <= resamples; drawn++) {
    let plus = 0;
    let bits = 0;
    for (let i = 0; i < doubles.length; i++) {
      // One random number holds the signs of 32 differences.
      if ((i & 31) === 0) bits = (random() * 4_294_967_296) >>> 0;
      if ((bits >>> (i & 31)) & 1) plus += doubles[i] ?? 0;
    }
    if (plus <= limit) count++;
    if (count === 200) return count / drawn;
  }
  return monteCarloP(count, resamples);
}

/** p of a Monte-Carlo test in which `count` of `resamples` were at least as extreme. Source: Phipson & Smyth 2010. */
export function monteCarloP(count: number, resamples: number): number {
  return (count + 1) / (resamples + 1);
}
