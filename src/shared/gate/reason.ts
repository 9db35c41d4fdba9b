import type { DifferenceResult, FloorResult, MetricComparison, MustPassFailure } from "./comparison.ts";

type Named = Pick<MetricComparison, "name" | "scale" | "better" | "unit">;

/** A difference for people: points of a fraction, or a number with its unit. */
export function amount(metric: Named, value: number): string {
  const shown = figure(metric, value);
  return `${shown}${shown === "1" && metric.scale !== "number" ? " point" : unitOf(metric)}`;
}

/** A mean for people: 0.874 of a fraction, or a number with its unit. */
function level(metric: Named, value: number): string {
  if (metric.scale === "number") return amount(metric, value);
  return String(Number(value.toFixed(3)));
}

function figure({ scale }: Named, value: number): string {
  if (scale !== "number") return String(Number((value * 100).toFixed(1)));
  const digits = value === 0 ? 0 : Math.max(0, 2 - Math.floor(Math.log10(Math.abs(value))));
  return value.toFixed(Math.min(digits, 12)).replace(/^-0$/, "0");
}

function unitOf({ scale, unit }: Named): string {
  if (scale !== "number") return " points";
  return unit === undefined ? "" : ` ${unit}`;
}

/** "groundedness fell 12.4 points (95 % interval 8.1 to 16.9)". */
export function movement(metric: Named, result: DifferenceResult): string {
  const { rawDifference, difference, interval, cases } = result;
  if (result.unmoved) {
    const where = cases === 1 ? "its one case" : `all ${cases} cases`;
    if (result.constantScore === undefined) return `${metric.name} is the same on ${where}`;
    return `${metric.name} is ${level(metric, result.constantScore)} on ${where}, before and after`;
  }
  const moved = rawDifference < 0 ? "fell" : "rose";
  const change =
    rawDifference === 0 ? "did not move on average" : `${moved} ${amount(metric, Math.abs(rawDifference))}`;
  if (!interval) return `${metric.name} ${change} ${whereWithoutInterval(result)}`;
  const ends = difference < 0 ? [-interval.high, -interval.low] : [interval.low, interval.high];
  const [low, high] = ends.map((end) => figure(metric, end ?? 0));
  return `${metric.name} ${change} (${Math.round(interval.level * 100)} % interval ${low} to ${high})`;
}

function whereWithoutInterval({ cases, units }: DifferenceResult): string {
  if (cases === 1) return "in its one case";
  return units === 1 ? `over ${cases} cases of one cluster` : `in every one of ${cases} cases`;
}

export function regressedReason(metric: Named, result: DifferenceResult, margin: number): string {
  const limit = margin > 0 ? `more than the ${amount(metric, margin)} allowed` : "and no loss is allowed";
  return `${movement(metric, result)}, ${limit}`;
}

export function heldReason(metric: Named, result: DifferenceResult, margin: number): string {
  if (result.unmoved) return movement(metric, result);
  const bound = result.lossBound?.value ?? 0;
  const shown = bound <= 0 ? "a loss is ruled out" : `a loss is below ${amount(metric, bound)}`;
  return `${movement(metric, result)}; ${shown}, within the ${amount(metric, margin)} allowed`;
}

/** What an inconclusive comparison would take. */
export interface Needed {
  mde?: number;
  casesNeeded?: number;
  repeatsNeeded?: number;
}

export function undecidedReason(metric: Named, result: DifferenceResult, margin: number, needed: Needed): string {
  const loss = -result.difference;
  const doubt =
    loss > margin
      ? `the loss is more than the ${amount(metric, margin)} allowed but may be chance`
      : `a loss of more than the ${amount(metric, margin)} allowed cannot be ruled out`;
  return `${movement(metric, result)}: ${doubt}${neededPhrase(metric, needed)}`;
}

function neededPhrase(metric: Named, { mde, casesNeeded, repeatsNeeded }: Needed): string {
  const see = mde === undefined ? "" : `; ${seen(metric, mde)}`;
  const ways = [
    casesNeeded === undefined ? [] : [`${casesNeeded} cases`],
    repeatsNeeded === undefined ? [] : [`${repeatsNeeded} repeats`],
  ].flat();
  return ways.length === 0 ? see : `${see}, and ${ways.join(" or ")} would settle it`;
}

/** A loss that is larger than the scale is none that a sample could see. */
export function beyondScale({ scale }: Pick<Named, "scale">, mde: number): boolean {
  return scale !== "number" && mde >= 1;
}

function seen(metric: Named, mde: number): string {
  const what = metric.better === "higher" ? "drops" : "rises";
  return beyondScale(metric, mde)
    ? `this sample is too small to see any ${what.slice(0, -1)} for sure`
    : `this sample sees ${what} of ${amount(metric, mde)} or more`;
}

export function floorReason(metric: Named, floor: Omit<FloorResult, "reason">): string {
  const side = metric.better === "higher" ? "below" : "above";
  const bound = metric.better === "higher" ? "floor" : "ceiling";
  const { interval, threshold, mean, verdict } = floor;
  const range = interval
    ? ` (${Math.round(interval.level * 100)} % interval ${level(metric, interval.low)} to ${level(metric, interval.high)})`
    : "";
  const head = `${metric.name} is ${level(metric, mean)}${range}`;
  const before = floor.baseMisses ? "; base misses it too" : "";
  if (verdict === "pass") return `${head}, and the ${bound} of ${level(metric, threshold)} holds`;
  if (verdict === "regressed") return `${head}, ${side} the ${bound} of ${level(metric, threshold)}${before}`;
  const more = floor.casesNeeded === undefined ? "" : `; ${floor.casesNeeded} cases would settle it`;
  return `${head}, not surely on the right side of the ${bound} of ${level(metric, threshold)}${more}${before}`;
}

export function mustPassReason(failures: MustPassFailure[]): string {
  const [first] = failures;
  if (!first) return "";
  const more = failures.length > 1 ? ` and ${failures.length - 1} more that must pass` : "";
  const before = first.baseFails ? "; base fails it too" : "";
  return `case ${first.caseId} must pass ${first.metric} and did in ${first.passed} of ${first.repeats} repeats (${first.required} required)${more}${before}`;
}

/** Names the cases that left both sides; empty where none did. */
export function missingNote(missing: string[]): string {
  if (missing.length === 0) return "";
  const named = missing.slice(0, 5).join(", ");
  const more = missing.length > 5 ? ` and ${missing.length - 5} more` : "";
  return ` (left out for want of a score: ${named}${more})`;
}
