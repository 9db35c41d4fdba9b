import { type Metric, requireMetrics } from "../evals/metrics.ts";
import { type StoredSample, scoreKey } from "../evals/shard.ts";
import { baselineMargin } from "./baseline-margin.ts";
import type { CaseScores, MetricComparison, SuiteComparison, SuiteVerdict } from "./comparison.ts";
import type { Extension } from "./extension.ts";
import type { Plan, PlannedCase, PlannedComparison, PlannedJudge } from "./plan.ts";
import { extensionBudget, isUnchanged } from "./plan-budget.ts";
import type { SampleReader } from "./read-samples.ts";
import type { JudgedComparison } from "./report.ts";
import { takeLook } from "./take-look.ts";

/** Both sides' samples of one case, by repeat. */
export interface CaseSamples {
  planned: PlannedCase;
  base: (StoredSample | undefined)[];
  head: (StoredSample | undefined)[];
  unchanged: boolean;
}

/** Which look a comparison is at. */
export interface LookAt {
  look: number;
  /** Of changed cases; the others keep the declared ones. */
  repeats: number;
  /** Repeats in all that dollars and minutes leave for the next look; absent: no such limit. */
  mostRepeats?: number;
}

/** The sample of a comparison, each changed case with `repeats` on both sides. */
export async function readCases(
  comparison: PlannedComparison,
  reader: SampleReader,
  repeats = comparison.repeats,
): Promise<CaseSamples[]> {
  const { cases } = comparison;
  return Promise.all(
    cases.map(async (planned) => {
      const { caseId, base, head } = planned;
      const unchanged = isUnchanged(planned);
      // What an extension adds is drawn for cases that changed, and only where there is something to compare with.
      const drawn = unchanged || !base || !head ? comparison.repeats : repeats;
      return {
        planned,
        unchanged,
        base: base ? await reader.of(caseId, base, drawn) : [],
        head: head ? await reader.of(caseId, head, drawn) : [undefined],
      };
    }),
  );
}

/** Judges one suite on one prompt under its rules, and says whether it draws more. */
export function judge(
  comparison: PlannedComparison,
  cases: readonly CaseSamples[],
  plan: Plan,
  at: LookAt = { look: 1, repeats: comparison.repeats },
): { judged: JudgedComparison; next: Extension } {
  const { verdict: decided, next } = takeLook(suiteComparison(comparison, cases, plan), {
    look: at.look,
    looks: comparison.looks,
    repeats: at.repeats,
    budget: extensionBudget(comparison.budget, at.mostRepeats),
    suitesInGate: plan.comparisons.length,
  });
  const repinned = repinning(comparison, cases, plan);
  // Under the base's rules an unchanged subject cannot have lost anything, whatever its samples are worth.
  const same = comparison.rules === "base" && cases.every(({ unchanged }) => unchanged);
  const verdict: SuiteVerdict = same
    ? { ...decided, verdict: "pass", reason: repinned ? sameModel : "every request is byte-identical on both sides" }
    : decided;
  return { judged: { ...judgedOf(comparison, cases, plan, at.repeats), verdict }, next };
}

/** What is said of a comparison beside its verdict. */
export function judgedOf(
  comparison: PlannedComparison,
  cases: readonly CaseSamples[],
  plan: Plan,
  repeats: number,
): Omit<JudgedComparison, "verdict"> {
  const repinned = repinning(comparison, cases, plan);
  const { suite, suitePath, prompt, promptPath, rules, isNew, advisory } = comparison;
  return {
    suite,
    suitePath,
    prompt,
    promptPath,
    rules,
    isNew,
    advisory,
    repeats,
    cases: cases.length,
    unchangedCases: cases.filter(({ unchanged }) => unchanged).length,
    ...(repinned ? { repinned } : {}),
  };
}

const sameModel = "only the pinned model version changed, and the endpoint answered with the same model on both sides";

/** A request names the deployment alone, so a pinned version that changes changes no request. */
function repinning(
  { suite, prompt }: PlannedComparison,
  cases: readonly CaseSamples[],
  { runs }: Plan,
): JudgedComparison["repinned"] {
  const own = runs.filter((run) => run.suite === suite && run.prompt === prompt);
  const [base, head] = (["base", "head"] as const).map((which) => own.find(({ side }) => side === which));
  const same = cases.length > 0 && cases.every(({ unchanged }) => unchanged);
  if (!same || !base || !head || base.modelVersion === head.modelVersion) return undefined;
  return {
    ...(base.modelVersion === undefined ? {} : { from: base.modelVersion }),
    ...(head.modelVersion === undefined ? {} : { to: head.modelVersion }),
  };
}

export function suiteComparison(
  comparison: PlannedComparison,
  cases: readonly CaseSamples[],
  plan: Plan,
): SuiteComparison {
  const blocking = new Set(plan.blockingSegments.map((segment) => segment.split("=")[0]));
  const nothingChanged = cases.every(({ unchanged }) => unchanged);
  const failure = plan.overBudget[0];
  return {
    suite: comparison.suite,
    declaredRepeats: comparison.repeats,
    ...(comparison.mustPassRepeats === undefined ? {} : { mustPassRepeats: comparison.mustPassRepeats }),
    segmentBy: comparison.segmentBy.filter((dimension) => blocking.has(dimension)),
    metrics: requireMetrics(comparison.metrics).map((metric) =>
      metricComparison(metric, cases, plan.gateId, {
        size: { repeats: comparison.repeats, looks: comparison.looks },
        // A floor that an unchanged prompt misses is not this change's doing; the head's own rules still ask for it.
        floorInherited: nothingChanged && comparison.rules === "base",
        judge: comparison.judges[metric.name],
      }),
    ),
    ...(failure ? { infrastructureFailure: failure } : {}),
  };
}

function metricComparison(
  metric: Metric,
  cases: readonly CaseSamples[],
  gateId: string,
  {
    floorInherited,
    size,
    judge,
  }: { floorInherited: boolean; size: { repeats: number; looks: number }; judge: PlannedJudge | undefined },
): MetricComparison {
  const { name, scale, better, primary, blocking, threshold, margin, passAt } = metric;
  const advises = judge && !judge.calibrated ? judge.says : undefined;
  const refused = metric.asks.length > 0 ? differentJudges(metric, cases) : undefined;
  const { relativeMargin, invariant, maxMissing } = metric;
  const measured: MetricComparison = {
    name,
    scale,
    // A suite names its metrics as it likes: the unit is the evaluator's.
    ...(scale === "number" ? { unit: metric.evaluator.unit ?? "" } : {}),
    better,
    primary,
    blocking: blocking && advises === undefined,
    ...(advises === undefined ? {} : { advises }),
    ...(refused === undefined ? {} : { refused }),
    ...(threshold === undefined ? {} : { threshold }),
    ...(floorInherited ? { floorInherited } : {}),
    ...(typeof margin === "number" ? { margin } : {}),
    ...(relativeMargin === undefined ? {} : { relativeMargin }),
    ...(invariant === undefined ? {} : { invariant }),
    ...(maxMissing === undefined ? {} : { maxMissingShare: maxMissing }),
    ...(passAt === undefined ? {} : { passAt }),
    // A stored latency was measured on another day: it is shown and compared with nothing.
    ...(metric.evaluator.id === "latency" ? { compared: madeTogether(cases, gateId) } : {}),
    cases: cases.map((samples) => caseScores(metric, samples)),
  };
  const set = margin === "auto" ? baselineMargin(measured, { ...size, cases: cases.length }) : undefined;
  return set ? { ...measured, margin: set.margin, marginNote: set.sentence } : measured;
}

/** Scores that two judges made are not compared, whatever the suite names: a deployment can change its model under its name. */
function differentJudges({ digest }: Metric, cases: readonly CaseSamples[]): string | undefined {
  const judges = (side: "base" | "head") => {
    const scores = cases.flatMap((item) =>
      item[side].map((sample) => sample?.scores[scoreKey(digest, item.planned.digest)]),
    );
    return [...new Set(scores.flatMap((score) => (score && "value" in score ? (score.judgedBy ?? []) : [])))].sort();
  };
  const [base, head] = [judges("base"), judges("head")];
  if (new Set([...base, ...head]).size < 2) return undefined;
  const named = (list: string[]) => list.join(" and ") || "nobody";
  return `its scores are made by different judges (base: ${named(base)}; head: ${named(head)}), which are not compared`;
}

function madeTogether(cases: readonly CaseSamples[], gateId: string): boolean {
  return cases.every(({ base, head }) =>
    [...base, ...head].every((sample) => sample === undefined || sample.gateId === gateId),
  );
}

function caseScores(metric: Metric, { planned, base, head, unchanged }: CaseSamples): CaseScores {
  const { caseId, segments, cluster, mustPass, weight, digest } = planned;
  const read = (sample: StoredSample | undefined) => sample?.scores[scoreKey(metric.digest, digest)];
  const scores = [...base, ...head].map(read);
  const applies = scores.some((score) => score === undefined || !("notApplicable" in score));
  const value = (sample: StoredSample | undefined) => {
    const score = read(sample);
    return score && "value" in score ? score.value : null;
  };
  return {
    caseId,
    segments,
    mustPass,
    weight,
    unchanged,
    ...(cluster === undefined ? {} : { cluster }),
    base: base.map(value),
    head: head.map(value),
    ...(applies ? {} : { notApplicable: true }),
  };
}
