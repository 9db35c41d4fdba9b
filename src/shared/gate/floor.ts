import { tCdf, tQuantile } from "../statistics/distributions.ts";
import { extentOf } from "../statistics/extent.ts";
import type { Interval } from "../statistics/interval.ts";
import { scoreInterval, scoreLowerBound, scorePBelow } from "../statistics/score-interval.ts";
import { type Units, unitsOf, unitsStandardError } from "../statistics/units.ts";
import { type MeasuredCases, weightedMean } from "./compared-cases.ts";
import type { FloorResult, MetricComparison } from "./comparison.ts";
import { SHOWN_LEVEL } from "./levels.ts";
import { plannedSpread, unitsForMargin } from "./needed.ts";

/** Head's mean against its threshold, before the family is corrected for. */
export interface FloorEvidence {
  result: Omit<FloorResult, "verdict" | "reason">;
  /** One-sided p of "head's mean meets the threshold"; decides. */
  p: number;
  /** The mean meets the threshold, at the one-sided level that was asked for. */
  proven: boolean;
  /** The mean as observed misses it. */
  misses: boolean;
}

/**
 * The floor's test and interval. Bounded scores: score test and interval (Wilson's on single binary samples), so twenty
 * passes of twenty do not prove 95 %. Plain numbers: one-sample t. Scores that are all equal give no p-value.
 */
export function floorEvidence(
  metric: MetricComparison,
  threshold: number,
  { complete }: MeasuredCases,
  passLevel: number,
): FloorEvidence | undefined {
  if (complete.length === 0) return undefined;
  const sign = metric.better === "higher" ? 1 : -1;
  const units = unitsOf(
    complete.map(({ head, weight, scores }) => {
      const value = sign * head;
      return scores.cluster === undefined ? { value, weight } : { value, weight, cluster: scores.cluster };
    }),
  );
  const floor = sign * threshold;
  const heads = complete.map(({ head }) => head);
  const allEqual = heads.every((head) => head === heads[0]);
  const judged =
    metric.scale === "number" ? judgeNumber(units, floor, passLevel) : judgeBounded(units, sign, floor, passLevel);
  const { p, proven, bounds } = judged;
  const needed = unitsForMargin(Math.abs(units.mean - floor), planned(metric, units), passLevel);
  const result: FloorEvidence["result"] = { threshold, cases: complete.length, mean: sign * units.mean };
  if (bounds) result.interval = sign > 0 ? bounds : { ...bounds, low: -bounds.high, high: -bounds.low };
  if (!allEqual) result.p = p;
  if (needed !== undefined && !proven) result.casesNeeded = Math.ceil((needed * complete.length) / units.total.length);
  const based = complete.flatMap(({ base, weight }) => (base === undefined ? [] : [{ value: sign * base, weight }]));
  if (based.length > 0) result.baseMisses = weightedMean(based) < floor;
  return { result, p, proven, misses: units.mean < floor };
}

interface Judged {
  p: number;
  proven: boolean;
  bounds?: Interval;
}

function judgeBounded(units: Units, sign: number, floor: number, level: number): Judged {
  const [low, high] = sign > 0 ? [0, 1] : [-1, 0];
  const perCase = units.total.map((x, i) => x / (units.size[i] ?? 1));
  const [least, most] = extentOf(perCase);
  const data = { units, range: [Math.min(low, least), Math.max(high, most)] as const };
  // A floor at the end of the range (1, or 0 where lower is better) can be met but never shown to be exceeded.
  const proven = floor >= data.range[1] ? units.mean >= floor : scoreLowerBound(data, level) >= floor;
  return { p: units.mean < floor ? scorePBelow(data, floor) : 1, proven, bounds: scoreInterval(data, SHOWN_LEVEL) };
}

function judgeNumber(units: Units, floor: number, level: number): Judged {
  const error = unitsStandardError(units);
  if (error === undefined) return { p: 1, proven: false };
  if (error === 0) return { p: units.mean < floor ? 0 : 1, proven: units.mean >= floor };
  const df = units.total.length - 1;
  const half = tQuantile((1 + SHOWN_LEVEL) / 2, df) * error;
  const bounds: Interval = { low: units.mean - half, high: units.mean + half, level: SHOWN_LEVEL, sides: "two" };
  return {
    p: tCdf((units.mean - floor) / error, df),
    proven: units.mean - tQuantile(level, df) * error >= floor,
    bounds,
  };
}

function planned(metric: MetricComparison, units: Units): { spread: number; range: number } {
  return { spread: plannedSpread(metric, units), range: metric.scale === "number" ? 0 : 1 };
}
