import { type MeasuredCases, measureCases } from "./compared-cases.ts";
import type { MetricComparison, MustPassFailure, SuiteComparison } from "./comparison.ts";
import { type LossEvidence, lossEvidence } from "./difference.ts";
import type { Hypothesis } from "./family.ts";
import { type FloorEvidence, floorEvidence } from "./floor.ts";
import { MIN_SEGMENT_CASES } from "./levels.ts";
import { mustPassFailures } from "./must-pass.ts";

export interface MeasuredSegment {
  dimension: string;
  value: string;
  evidence: LossEvidence;
  tested: boolean;
}

/** All that the data say about one metric, before the suite's tests are corrected for one another. */
export interface MeasuredMetric {
  metric: MetricComparison;
  cases: MeasuredCases;
  /** Why the metric cannot be judged at all. */
  unevaluated?: string;
  /** Undefined where no case has scores on both sides. */
  loss?: LossEvidence;
  /** Margin in the metric's unit; undefined: none declared. */
  margin?: number;
  /** The comparison decides (blocking, comparable, with a margin or without a floor that stands for it). */
  lossJudged: boolean;
  floor?: FloorEvidence;
  segments: MeasuredSegment[];
  failures: MustPassFailure[];
}

/** One-sided confidence that a pass asks for, in a metric's comparison and its floor. */
export function measureMetric(metric: MetricComparison, suite: SuiteComparison, passLevel: number): MeasuredMetric {
  const cases = measureCases(metric);
  const unevaluated = metric.refused ? `${metric.name}: ${metric.refused}` : unevaluatedBecause(metric, cases);
  const loss = cases.paired.length === 0 ? undefined : lossEvidence(metric, cases.paired, passLevel);
  const margin = metric.margin ?? relativeMargin(metric, loss);
  const comparable = metric.compared !== false && metric.invariant !== true;
  const lossJudged =
    metric.blocking && comparable && loss !== undefined && (margin !== undefined || !hasJudgedFloor(metric));
  const floor =
    metric.threshold === undefined || metric.compared === false
      ? undefined
      : floorEvidence(metric, metric.threshold, cases, passLevel);
  return {
    metric,
    cases,
    ...(unevaluated === undefined ? {} : { unevaluated }),
    ...(loss ? { loss } : {}),
    ...(margin === undefined ? {} : { margin }),
    lossJudged,
    ...(floor ? { floor } : {}),
    segments: loss ? measureSegments(metric, suite.segmentBy ?? [], cases, passLevel) : [],
    failures: mustPassFailures(metric, suite),
  };
}

function hasJudgedFloor({ threshold, floorInherited }: MetricComparison): boolean {
  return threshold !== undefined && floorInherited !== true;
}

function relativeMargin(metric: MetricComparison, loss: LossEvidence | undefined): number | undefined {
  if (metric.relativeMargin === undefined || !loss) return undefined;
  return metric.relativeMargin * Math.abs(loss.result.baseMean);
}

function unevaluatedBecause(metric: MetricComparison, { missing, applicable }: MeasuredCases): string | undefined {
  if (applicable === 0) return `${metric.name} has no case that it applies to`;
  const required = missing.filter((scores) => scores.mustPass);
  if (required.length > 0) return `${metric.name} has no score for ${required[0]?.caseId}, a case that must pass`;
  const allowed = metric.maxMissingShare ?? 0.02;
  const share = missing.length / applicable;
  if (share <= allowed && missing.length < applicable) return undefined;
  const percent = (x: number) => `${Number((x * 100).toFixed(1))} %`;
  return `${metric.name} lacks scores for ${missing.length} of ${applicable} cases (${percent(share)}, ${percent(allowed)} allowed)`;
}

function measureSegments(
  metric: MetricComparison,
  dimensions: string[],
  { paired }: MeasuredCases,
  passLevel: number,
): MeasuredSegment[] {
  return [...dimensions].sort().flatMap((dimension) => {
    const values = [...new Set(paired.flatMap(({ scores }) => scores.segments[dimension] ?? []))].sort();
    return values.map((value): MeasuredSegment => {
      const cases = paired.filter(({ scores }) => scores.segments[dimension] === value);
      // A segment that is the whole suite would be tested twice.
      const tested = cases.length >= MIN_SEGMENT_CASES && cases.length < paired.length;
      return { dimension, value, evidence: lossEvidence(metric, cases, passLevel), tested };
    });
  });
}

/** The metric's tests that could block, in a fixed order: the whole suite, the floor, then the tested segments. */
export function hypothesesOf({ metric, unevaluated, loss, lossJudged, floor, segments }: MeasuredMetric): Hypothesis[] {
  if (!metric.blocking || unevaluated !== undefined) return [];
  const judgedSegments = segments.filter((segment) => segment.tested);
  return [
    ...(lossJudged && loss ? [loss] : []),
    ...(floor && hasJudgedFloor(metric) ? [{ p: floor.p, leastP: 0 }] : []),
    ...(lossJudged ? judgedSegments.map((segment) => segment.evidence) : []),
  ];
}
