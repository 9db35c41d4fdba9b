import { passes, passingScore, weightedMean } from "./compared-cases.ts";
import type { DifferenceResult, FloorResult, MetricVerdict, SegmentResult, Verdict } from "./comparison.ts";
import type { MeasuredMetric, MeasuredSegment } from "./measured-metric.ts";
import { minimalDetectableEffect, plannedSpread } from "./needed.ts";
import {
  floorReason,
  heldReason,
  missingNote,
  movement,
  mustPassReason,
  type Needed,
  regressedReason,
  undecidedReason,
} from "./reason.ts";
import { whatWouldSettle } from "./settle.ts";

/** What one look may err, and the adjusted p of each of the metric's tests. */
export interface Levels {
  /** Level of the suite's family of blocking tests. */
  block: number;
  /** One-sided confidence of a pass. */
  pass: number;
  /** How many tests share the family's level at first. */
  familySize: number;
}

/** Figures that were computed in different orders are equal within this. */
const ROUNDING = 1e-12;

/** The verdict on one metric. `adjusted` holds the p of its tests, in the order of `hypothesesOf`. */
export function metricVerdict(measured: MeasuredMetric, adjusted: number[], levels: Levels): MetricVerdict {
  const { metric, cases, loss, margin, unevaluated, failures } = measured;
  const judged = metric.blocking && metric.compared !== false;
  const queue = unevaluated === undefined && metric.blocking ? [...adjusted] : [];
  const lossP = measured.lossJudged && unevaluated === undefined ? queue.shift() : undefined;
  const floorP = measured.floor && metric.blocking && !metric.floorInherited ? queue.shift() : measured.floor?.p;
  const floor = floorResult(measured, floorP, levels);
  const segments = measured.segments.map((segment) => {
    const own = segment.tested && measured.lossJudged ? queue.shift() : undefined;
    return segmentResult(measured, segment, own, levels);
  });
  const comparison: DifferenceResult | undefined = loss && { ...loss.result };
  if (comparison?.p !== undefined && lossP !== undefined) comparison.adjustedP = lossP;
  const needed = loss ? neededFor(measured, levels) : {};
  const concluded = conclude(measured, lossP, floor, segments, needed, levels);
  const missing = cases.missing.map((scores) => scores.caseId).sort();
  const outcome = { ...concluded, reason: `${concluded.reason}${missingNote(missing)}` };
  return {
    name: metric.name,
    scale: metric.scale,
    better: metric.better,
    primary: metric.primary,
    blocking: metric.blocking,
    judged,
    ...(metric.compared === false ? { compared: false } : {}),
    ...(metric.advises === undefined ? {} : { advises: metric.advises }),
    ...outcome,
    ...(comparison ? { comparison } : {}),
    ...(cases.complete.length > 0
      ? { headMean: weightedMean(cases.complete.map(({ head, weight }) => ({ value: head, weight }))) }
      : {}),
    ...(margin === undefined ? {} : { margin }),
    ...(metric.marginNote === undefined ? {} : { marginNote: metric.marginNote }),
    ...(floor ? { floor } : {}),
    segments,
    ...needed,
    ...flips(measured),
    missing,
    mustPassFailures: failures,
    ...(metric.unit === undefined ? {} : { unit: metric.unit }),
  };
}

function conclude(
  measured: MeasuredMetric,
  lossP: number | undefined,
  floor: FloorResult | undefined,
  segments: SegmentResult[],
  needed: Needed,
  levels: Levels,
): { verdict: Verdict; reason: string } {
  const { metric, loss, failures, unevaluated, cases } = measured;
  if (metric.compared === false) return { verdict: "notEvaluated", reason: notCompared(measured) };
  if (unevaluated !== undefined) return { verdict: "notEvaluated", reason: unevaluated };
  const margin = measured.margin ?? 0;
  const blocked: string[] = [];
  if (failures.length > 0) blocked.push(mustPassReason(failures));
  if (floor?.verdict === "regressed" && !floor.inherited) blocked.push(floor.reason);
  const p = lossP ?? (metric.blocking ? undefined : loss?.p);
  if (loss && isRegression(loss.result, margin, p, levels)) blocked.push(regressedReason(metric, loss.result, margin));
  blocked.push(...segments.filter((segment) => segment.regressed).map((segment) => segment.reason));
  if (blocked.length > 0) return { verdict: "regressed", reason: blocked.join("; ") };
  if (metric.invariant)
    return { verdict: "pass", reason: `${metric.name} holds on all ${cases.complete.length} cases` };

  const open: string[] = [];
  const comparisonCounts = measured.lossJudged || (!metric.blocking && loss !== undefined);
  if (loss && comparisonCounts && !isHeld(measured)) {
    open.push(
      measured.margin === undefined
        ? `${movement(metric, loss.result)}, and the suite declares no margin to judge it by`
        : undecidedReason(metric, loss.result, margin, needed),
    );
  }
  // Identical requests on both sides: the change cannot have moved the mean to or from its floor.
  const unchanged = cases.complete.every(({ scores }) => scores.unchanged);
  if (floor?.verdict === "inconclusive" && !floor.inherited && !unchanged) open.push(floor.reason);
  if (!loss && !floor) open.push(`${metric.name} has no base to compare with and no threshold to meet`);
  if (open.length > 0) return { verdict: "inconclusive", reason: open.join("; ") };
  if (!loss) return { verdict: "pass", reason: floor?.reason ?? "" };
  const held = comparisonCounts
    ? heldReason(metric, loss.result, margin)
    : (floor?.reason ?? movement(metric, loss.result));
  return { verdict: "pass", reason: held };
}

function notCompared({ metric, loss }: MeasuredMetric): string {
  const shown = loss ? `; head's mean is ${Number(loss.result.headMean.toPrecision(3))}` : "";
  return `${metric.name} is not compared: base's figures were not made beside head's${shown}`;
}

function isRegression(result: DifferenceResult, margin: number, p: number | undefined, levels: Levels): boolean {
  return p !== undefined && p <= levels.block && -result.difference > margin + ROUNDING;
}

function isHeld({ loss, margin }: MeasuredMetric): boolean {
  if (!loss) return true;
  if (loss.result.unmoved) return true;
  const bound = loss.result.lossBound;
  return margin !== undefined && bound !== undefined && bound.value <= margin + ROUNDING;
}

function floorResult(measured: MeasuredMetric, p: number | undefined, levels: Levels): FloorResult | undefined {
  const { floor, metric, unevaluated } = measured;
  if (!floor) return undefined;
  const significant = p !== undefined && p <= levels.block;
  const decided: Verdict = floor.misses && significant ? "regressed" : floor.proven ? "pass" : "inconclusive";
  const verdict = unevaluated === undefined ? decided : "notEvaluated";
  const corrected = floor.result.p !== undefined && p !== undefined && !metric.floorInherited;
  const adjusted = corrected ? { adjustedP: p } : {};
  const inherited = metric.floorInherited ? ({ inherited: true } as const) : {};
  const result: Omit<FloorResult, "reason"> = { ...floor.result, ...adjusted, ...inherited, verdict };
  return { ...result, reason: floorReason(metric, result) };
}

function segmentResult(
  { metric, margin }: MeasuredMetric,
  { dimension, value, evidence, tested }: MeasuredSegment,
  p: number | undefined,
  levels: Levels,
): SegmentResult {
  const regressed = isRegression(evidence.result, margin ?? 0, p, levels);
  const named = { ...metric, name: `${metric.name} in ${dimension} ${value}` };
  const reason = regressed ? regressedReason(named, evidence.result, margin ?? 0) : movement(named, evidence.result);
  const adjusted = evidence.result.p !== undefined && p !== undefined ? { adjustedP: p } : {};
  return { ...evidence.result, ...adjusted, dimension, value, regressed, tested: tested && p !== undefined, reason };
}

function neededFor(measured: MeasuredMetric, levels: Levels): Needed {
  const { metric, loss, margin } = measured;
  if (!loss) return {};
  const spread = plannedSpread(metric, loss.units);
  const level = levels.block / Math.max(1, levels.familySize);
  const mde = minimalDetectableEffect(loss.units.total.length, spread, level, margin ?? 0);
  if (margin === undefined || isHeld(measured)) return { mde };
  return { mde, ...whatWouldSettle(measured, { ...levels, block: level }) };
}

function flips({ metric, cases }: MeasuredMetric): { passToFail: string[]; failToPass: string[] } {
  const passAt = passingScore(metric);
  if (passAt === undefined) return { passToFail: [], failToPass: [] };
  const moved = cases.paired.map(({ scores, base, head }) => ({
    id: scores.caseId,
    base: passes(metric, base, passAt),
    head: passes(metric, head, passAt),
  }));
  const ids = (from: boolean) => moved.filter((m) => m.base === from && m.head !== from).map((m) => m.id);
  return { passToFail: ids(true).sort(), failToPass: ids(false).sort() };
}
