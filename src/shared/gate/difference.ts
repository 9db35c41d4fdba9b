import { tCdf, tQuantile } from "../statistics/distributions.ts";
import { extentOf } from "../statistics/extent.ts";
import type { Interval } from "../statistics/interval.ts";
import { scoreInterval, scoreLowerBound } from "../statistics/score-interval.ts";
import { exactSignFlip, signFlip } from "../statistics/sign-flip.ts";
import { type Units, unitsOf, unitsStandardError } from "../statistics/units.ts";
import type { MeasuredCase } from "./compared-cases.ts";
import { weightedMean } from "./compared-cases.ts";
import type { DifferenceResult, MetricComparison } from "./comparison.ts";
import { SHOWN_LEVEL } from "./levels.ts";

/** What a difference says against "nothing was lost", before the family is corrected for. */
export interface LossEvidence {
  result: DifferenceResult;
  units: Units;
  /** One-sided p that decides; 1 where nothing differs. Shown only if the differences vary. */
  p: number;
  /** The least p that differences of these sizes could have given. */
  leastP: number;
}

/** From this many non-zero differences on, their mean is near enough to normal for a t test. */
const ENOUGH_FOR_T = 60;

/**
 * The paired difference over `cases`, one unit a cluster. p: sign flips (on single binary samples McNemar's mid-p), a
 * paired t from 60 non-zero differences that are not whole multiples of one step. Interval: the score interval for
 * bounded scores (Tango's on single binary samples), a t interval for plain numbers.
 */
export function lossEvidence(
  metric: MetricComparison,
  cases: (MeasuredCase & { base: number })[],
  boundLevel: number,
): LossEvidence {
  const sign = metric.better === "higher" ? 1 : -1;
  const signed = cases.map(({ base, head, weight, scores }) => {
    const value = sign * changeOf(base, head);
    return scores.cluster === undefined ? { value, weight } : { value, weight, cluster: scores.cluster };
  });
  const units = unitsOf(signed);
  const baseMean = weightedMean(cases.map(({ base, weight }) => ({ value: base, weight })));
  const headMean = weightedMean(cases.map(({ head, weight }) => ({ value: head, weight })));
  const summary = {
    cases: cases.length,
    units: units.total.length,
    baseMean,
    headMean,
    difference: units.mean,
    rawDifference: sign * units.mean,
  };
  if (signed.every(({ value }) => value === 0)) {
    const first = cases[0]?.base ?? 0;
    const constant = cases.every(({ base }) => base === first) ? { constantScore: first } : {};
    const lossBound = { value: 0, level: boundLevel };
    return {
      result: { ...summary, unmoved: true, ...constant, lossBound, method: "every case scored the same" },
      units,
      p: 1,
      leastP: 1,
    };
  }
  const test = lossTest(units);
  const largest = cases.reduce((most, { base, head }) => Math.max(most, Math.abs(base), Math.abs(head)), 0);
  const constant = isConstant(
    signed.map(({ value }) => value),
    4 * Number.EPSILON * largest,
  );
  const bounds = lossBounds(metric, units, boundLevel, constant);
  const method = `${constant ? "every case moved by the same amount" : test.method}; ${bounds.method}`;
  const result: DifferenceResult = { ...summary, ...bounds.values, ...(constant ? {} : { p: test.p }), method };
  return { result, units, p: test.p, leastP: test.leastP };
}

/** head - base; a difference that only the order of additions made is none. */
function changeOf(base: number, head: number): number {
  const change = head - base;
  return Math.abs(change) <= 1e-12 * Math.max(1, Math.abs(base), Math.abs(head)) ? 0 : change;
}

/** `rounding`: by how much equal differences of large scores can differ. */
function isConstant(values: number[], rounding: number): boolean {
  const [least, most] = extentOf(values);
  return most - least <= Math.max(rounding, 1e-12 * Math.max(Math.abs(least), Math.abs(most)));
}

function lossTest(units: Units): { p: number; leastP: number; method: string } {
  const exact = exactSignFlip(units.total);
  if (exact) return { p: exact.midP ?? 1, leastP: exact.leastP, method: "exact sign-flip test, mid-p" };
  if (units.total.filter((x) => x !== 0).length < ENOUGH_FOR_T) {
    const { p, leastP } = signFlip(units.total);
    return { p: p ?? 1, leastP, method: "sign-flip test" };
  }
  const error = unitsStandardError(units) ?? 0;
  return { p: tCdf(units.mean / error, units.total.length - 1), leastP: 0, method: "paired t test" };
}

interface Bounds {
  values: { interval?: Interval; lossBound?: { value: number; level: number } };
  method: string;
}

function lossBounds(metric: MetricComparison, units: Units, level: number, constant: boolean): Bounds {
  if (units.total.length < 2) return { values: {}, method: "no interval from one unit" };
  if (constant) return { values: { lossBound: { value: -units.mean, level } }, method: "no spread" };
  if (metric.scale !== "number") {
    const range = differenceRange(units);
    const data = { units, range };
    const values = {
      interval: scoreInterval(data, SHOWN_LEVEL),
      lossBound: { value: -scoreLowerBound(data, level), level },
    };
    return { values, method: "score interval" };
  }
  const error = unitsStandardError(units) ?? 0;
  if (error === 0) return { values: { lossBound: { value: -units.mean, level } }, method: "no spread" };
  const df = units.total.length - 1;
  const half = tQuantile((1 + SHOWN_LEVEL) / 2, df) * error;
  const interval: Interval = { low: units.mean - half, high: units.mean + half, level: SHOWN_LEVEL, sides: "two" };
  const value = -(units.mean - tQuantile(level, df) * error);
  return { values: { interval, lossBound: { value, level } }, method: "t interval" };
}

/** Fractions lie in 0..1, so their differences in -1..1; a scorer that leaves its range widens it. */
function differenceRange(units: Units): [number, number] {
  const perCase = units.total.map((x, i) => x / (units.size[i] ?? 1));
  const [least, most] = extentOf(perCase);
  return [Math.min(-1, least), Math.max(1, most)];
}
