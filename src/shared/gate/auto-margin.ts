import { unitsOf } from "../statistics/units.ts";
import { isScore, meanOf, measureCases } from "./compared-cases.ts";
import type { CaseScores, MetricComparison } from "./comparison.ts";
import { EXTENSION_FACTOR, PLANNED_LOOKS } from "./extension.ts";
import { lookShare, PASS_ERROR } from "./levels.ts";
import { reachableMargin } from "./needed.ts";
import { amount } from "./reason.ts";

/** Chance that one metric of an unchanged suite passes by its last look, and by its first. */
const LAST_LOOK_POWER = 0.975;
const FIRST_LOOK_POWER = 0.7;

/** A gate that allows a loss of more than ten points gates nothing; a suite too small for that stays inconclusive. */
const WIDEST_MARGIN = 0.1;

export interface SuiteSize {
  cases: number;
  repeats: number;
  /** Looks that the suite's budget allows; see `plannedLooks`. Default: with one extension. */
  looks?: number;
}

export interface AutoMargin {
  /** In the metric's unit; bounded scores: whole half points. */
  margin: number;
  /** For people: what the suite sees, and what more cases would see. */
  sentence: string;
}

/**
 * `margin: auto`: the smallest margin that this suite can hold, from an A/A run of it (the same prompt on both sides),
 * so that a change that changes nothing passes. Set once and written down as a number: a margin that moved with every
 * run's noise would be no promise.
 */
export function autoMargin(metric: MetricComparison, size: SuiteSize): AutoMargin {
  const noise = sampleNoise(metric);
  const marginAt = (cases: number) => roundUp(metric, holdableMargin(metric, noise, { ...size, cases }));
  const seen = marginAt(size.cases);
  const margin = metric.scale === "number" ? seen : Math.min(seen, WIDEST_MARGIN);
  const finer = margin < seen ? margin : finerMargin(metric, margin);
  const more = casesFor(finer, size.cases, marginAt);
  const sees = `this suite of ${size.cases} sees drops of ${amount(metric, seen)} or more`;
  const would = more === undefined ? "" : `; ${more - size.cases} more cases would see ${amount(metric, finer)}`;
  return { margin, sentence: `${sees}${would}` };
}

/**
 * The least margin that a suite of this size could hold if every sample were repeated without noise: lint compares a
 * declared margin with it. In the metric's unit; 0 for plain numbers, whose scale is not known.
 */
export function leastMargin(scale: MetricComparison["scale"], size: SuiteSize): number {
  if (scale === "number") return 0;
  return reachableMargin({ units: size.cases, spread: 0, range: 1 }, passLevel(size.looks ?? PLANNED_LOOKS, 1), 0.5);
}

interface SampleNoise {
  /** Variance of one sample's score around its case's mean. */
  variance: number;
  /** Independent units for each case: 1, less where cases are clustered. */
  unitsPerCase: number;
  /** Variance of a unit's difference that repeats do not shrink (shared by a cluster's cases). */
  shared: number;
}

/** What an A/A run says about noise. Bounded scores count one sample more that flipped: no flip seen is not no noise. */
function sampleNoise(metric: MetricComparison): SampleNoise {
  const { paired } = measureCases(metric);
  const variances = paired.map(({ scores }) => pooledVariance(scores));
  const repeats = Math.max(1, ...paired.map(({ scores }) => scores.head.length));
  const extra = metric.scale === "number" ? 0 : 1;
  const sum = variances.reduce((total, v) => total + v, 0);
  const variance = (sum + extra / (2 * repeats)) / (variances.length + extra || 1);
  if (paired.length === 0) return { variance, unitsPerCase: 1, shared: 0 };
  const units = unitsOf(
    paired.map(({ base, head, weight, scores: { cluster } }) => {
      const value = head - base;
      return cluster === undefined ? { value, weight } : { value, weight, cluster };
    }),
  );
  const observed = units.total.reduce((total, x) => total + x * x, 0) / units.total.length;
  const unitsPerCase = units.total.length / paired.length;
  const expected = (2 * variance * unitsPerCase) / repeats;
  return { variance, unitsPerCase, shared: Math.max(0, observed - expected) };
}

/** Variance among all samples of a case: in an A/A run both sides are draws of one distribution. */
function pooledVariance({ base, head }: CaseScores): number {
  const scores = [...base, ...head].filter(isScore);
  const mean = meanOf(scores);
  return scores.reduce((sum, s) => sum + (s - mean) ** 2, 0) / (scores.length - 1);
}

function passLevel(looks: number, look: number): number {
  return 1 - PASS_ERROR * lookShare(look, looks);
}

function holdableMargin(metric: MetricComparison, noise: SampleNoise, size: SuiteSize): number {
  const looks = size.looks ?? PLANNED_LOOKS;
  const units = size.cases * noise.unitsPerCase;
  const range = metric.scale === "number" ? 0 : 1;
  const at = (repeats: number, look: number, power: number) => {
    const spread = Math.sqrt((2 * noise.variance * noise.unitsPerCase) / repeats + noise.shared);
    return reachableMargin({ units, spread, range }, passLevel(looks, look), power);
  };
  if (looks === 1) return at(size.repeats, 1, LAST_LOOK_POWER);
  return Math.max(at(size.repeats, 1, FIRST_LOOK_POWER), at(size.repeats * EXTENSION_FACTOR, looks, LAST_LOOK_POWER));
}

function roundUp(metric: MetricComparison, margin: number): number {
  const step = metric.scale === "number" ? 10 ** (Math.floor(Math.log10(margin || 1)) - 1) : 0.005;
  return Number((Math.ceil(margin / step - 1e-9) * step).toPrecision(6));
}

/** The next margin worth having: 5, 3, 2 or 1 points, or half of a plain number. */
function finerMargin(metric: MetricComparison, margin: number): number {
  if (metric.scale === "number") return margin / 2;
  return [0.05, 0.03, 0.02, 0.01].find((step) => step < margin) ?? margin / 2;
}

function casesFor(margin: number, cases: number, marginAt: (cases: number) => number): number | undefined {
  let [low, high] = [cases, 100_000];
  if (marginAt(high) > margin) return undefined;
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (marginAt(middle) <= margin) high = middle;
    else low = middle;
  }
  return Math.ceil(high / 10) * 10;
}
