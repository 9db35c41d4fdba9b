import type { Interval } from "../statistics/interval.ts";

export type Verdict = "pass" | "regressed" | "inconclusive" | "notEvaluated";

/** The scores of one metric on one case, base and head. Numbers that are not finite count as missing. */
export interface CaseScores {
  caseId: string;
  /** Cases of one cluster are not independent: they count as one unit in every test. */
  cluster?: string;
  /** Segment name by dimension, e.g. `{ language: "de" }`. */
  segments: Record<string, string>;
  mustPass: boolean;
  /** Weight in every mean, above 0; 1 unless the dataset says otherwise. */
  weight: number;
  /** The request is byte-identical on both sides: both hold the same samples, and the case counts as unchanged. */
  unchanged: boolean;
  /** Scores by repeat; null: missing. Empty: the base has no such case, so it takes part in floors only. */
  base: (number | null)[];
  /** Scores by repeat; null: missing. Empty counts as missing. */
  head: (number | null)[];
  /** The evaluator has nothing to read in this case, on either side: the case takes no part in this metric. */
  notApplicable?: boolean;
}

/** One metric of a suite, base against head. */
export interface MetricComparison {
  name: string;
  /** What a score is: `binary` 0 or 1, `fraction` 0..1, `number` any (seconds, USD, tokens). */
  scale: "binary" | "fraction" | "number";
  better: "higher" | "lower";
  primary: boolean;
  /** Whether this metric can block; the others are shown. */
  blocking: boolean;
  /** Floor: the least mean (the most, where lower is better) that the suite accepts, in the metric's unit. */
  threshold?: number;
  /** Every request is the same on both sides, so the change did not move the mean to or from its floor: shown, not judged. */
  floorInherited?: boolean;
  /** The largest loss that counts as none, in the metric's unit (0.05 is 5 points of a fraction). */
  margin?: number;
  /** What a margin that was computed from base says of the suite; undefined where the margin is declared. */
  marginNote?: string;
  /** As `margin`, as a share of the base's mean: 0.1 is "ten percent slower". `margin` wins where both are given. */
  relativeMargin?: number;
  /** A score passes at this value or better. Default 0.5 for `binary` and `fraction`; none for `number`. */
  passAt?: number;
  /** The largest share of cases with a missing score at which the metric is still judged. Default 0.02. */
  maxMissingShare?: number;
  /** Every case must pass this metric, by `passAt`, in all of its repeats: a format invariant, judged without statistics. */
  invariant?: boolean;
  /** False where base's numbers were not made beside head's (a cached base's latency): shown, no part in the verdict. */
  compared?: boolean;
  /** Unit of a `number`, for sentences: "s", "USD". */
  unit?: string;
  /** Why its judge only advises, "advises: 12 of 50 labels"; such a metric does not block. */
  advises?: string;
  /** Why its scores cannot be compared at all, e.g. different judges made them. */
  refused?: string;
  cases: CaseScores[];
}

/** One suite, base against head. */
export interface SuiteComparison {
  suite: string;
  metrics: MetricComparison[];
  /** Dimensions of `segments` that are tested beside the whole suite. Default: none. */
  segmentBy?: string[];
  /** How many of a mustPass or invariant case's repeats have to pass. Default: all of them. */
  mustPassRepeats?: number;
  /** Of how many repeats: those that the suite declares; what an extension adds measures means alone. Default: all there are. */
  declaredRepeats?: number;
  /** Why the run could not be made or finished; the suite is `notEvaluated`. */
  infrastructureFailure?: string;
}

export interface DecisionOptions {
  /** Which look at the growing sample this is, from 1. Default 1. */
  look?: number;
  /** How many looks were planned before the first one, from the budget. Default 1: no extension. */
  looks?: number;
  /** How many suites the gate judges: they share the error that the gate may make. Default 1. */
  suitesInGate?: number;
}

/** Head's mean against the metric's threshold. */
export interface FloorResult {
  threshold: number;
  verdict: Verdict;
  cases: number;
  mean: number;
  /** Two-sided interval of head's mean. */
  interval?: Interval;
  /** One-sided p of "head's mean meets the threshold"; undefined where all scores are equal. */
  p?: number;
  adjustedP?: number;
  /** Base's mean misses the threshold too: the failure was there before this change. */
  baseMisses?: boolean;
  /** Every request is the same on both sides: the floor takes no part in the verdict. */
  inherited?: true;
  /** Cases that would settle an inconclusive floor, if mean and spread stay as they are. */
  casesNeeded?: number;
  reason: string;
}

/** Difference of means over some cases. `difference` is signed: negative is a loss, whatever direction is better. */
export interface DifferenceResult {
  /** Cases that have all their scores on both sides. */
  cases: number;
  /** Independent units among them: clusters count once. */
  units: number;
  baseMean: number;
  headMean: number;
  /** Signed so that negative is a loss. */
  difference: number;
  /** head - base as it stands. */
  rawDifference: number;
  /** Two-sided 95 % interval of `difference`; undefined where fewer than two units or all differences are equal. */
  interval?: Interval;
  /** The loss is smaller than `value` at this one-sided `level`; negative: a gain is certain. */
  lossBound?: { value: number; level: number };
  /** One-sided p of "nothing was lost"; undefined where all differences are equal. */
  p?: number;
  /** p after Holm's correction over the gate's family. */
  adjustedP?: number;
  /** Every case scored the same on both sides: nothing to test, and no p. */
  unmoved?: boolean;
  /** Every case has this one score on both sides: the metric told nothing apart. */
  constantScore?: number;
  /** How p and interval were made, in words. */
  method: string;
}

export interface SegmentResult extends DifferenceResult {
  dimension: string;
  value: string;
  /** `regressed` or not judged further: segments can block and are never needed for a pass. */
  regressed: boolean;
  /** False where the segment is too small to be tested. */
  tested: boolean;
  reason: string;
}

/** A case whose every repeat has to pass and did not. */
export interface MustPassFailure {
  caseId: string;
  metric: string;
  passed: number;
  repeats: number;
  required: number;
  /** Base fails it too. */
  baseFails?: boolean;
}

export interface MetricVerdict {
  name: string;
  scale: "binary" | "fraction" | "number";
  better: "higher" | "lower";
  primary: boolean;
  blocking: boolean;
  /** False where the metric takes no part in the verdict (not blocking, not compared). */
  judged: boolean;
  /** False where base's numbers were not made beside head's: they are shown, and their difference says nothing. */
  compared?: false;
  /** Why its judge only advises: shown in place of a verdict. */
  advises?: string;
  verdict: Verdict;
  /** One line for people. */
  reason: string;
  /** Undefined where base has no scores to compare with. */
  comparison?: DifferenceResult;
  /** Mean of head over all of its cases; undefined where there is none. */
  headMean?: number;
  /** Margin in the metric's unit (a relative one already multiplied out). */
  margin?: number;
  /** What a margin that was computed from base says of the suite; undefined where the margin is declared. */
  marginNote?: string;
  floor?: FloorResult;
  segments: SegmentResult[];
  /** The smallest true loss that this sample would find in four of five runs, in the metric's unit. */
  mde?: number;
  /** Cases, in all, that would settle an inconclusive comparison if spread and repeats stay. */
  casesNeeded?: number;
  /** Repeats, in all, that would settle it on these cases; undefined where no number of repeats can. */
  repeatsNeeded?: number;
  /** Ids of cases that changed sides of `passAt`, by the mean over their repeats. */
  passToFail: string[];
  failToPass: string[];
  /** Cases that left the comparison because a score is missing on either side. */
  missing: string[];
  mustPassFailures: MustPassFailure[];
  unit?: string;
}

export interface SuiteVerdict {
  suite: string;
  verdict: Verdict;
  /** One line: the worst metric's reason, or what holds. */
  reason: string;
  metrics: MetricVerdict[];
  look: number;
  looks: number;
}

/** The part of the policy that turns verdicts into a check. */
export interface GatePolicy {
  /** `observe`: the check is neutral and shows what it would have said. */
  mode: "observe" | "enforce";
  /** What an inconclusive gate does. */
  inconclusive: "warn" | "block";
}

/** What GitHub shows for the check run. */
export type CheckConclusion = "success" | "failure" | "neutral" | "action_required";

export interface GateVerdict {
  verdict: Verdict;
  conclusion: CheckConclusion;
  /** Whether the check holds the merge. */
  blocked: boolean;
  /** One line for the check's title. */
  title: string;
  reasons: string[];
  suites: SuiteVerdict[];
}
