import { type Metric, requireMetrics } from "../evals/metrics.ts";
import { type StoredSample, scoreKey } from "../evals/shard.ts";
import { inputOf, type ReadShard, textOf, withheld } from "./case-texts.ts";
import { meanOf, passes, passingScore } from "./compared-cases.ts";
import type { MetricVerdict } from "./comparison.ts";
import type { CaseSamples } from "./judge.ts";
import type { PlannedComparison } from "./plan.ts";
import type { JudgedComparison, WorstCase } from "./report.ts";

/** As many as anyone reads; the comment shows fewer and names the rest. */
const mostWorst = 20;

interface Found {
  samples: CaseSamples;
  metric: string;
  kind: WorstCase["kind"];
  mustPass: boolean;
  /** By how much it fell, or how far it is from the best score: larger is worse. */
  size: number;
  baseScore?: number;
  headScore: number;
  repeats: number;
  shown: { base?: StoredSample; head: StoredSample; reason?: string };
}

/** Cases that a verdict against rests on and that no flip shows: those that fail a floor, and those that fell in part. */
export async function findWorstCases(
  comparison: PlannedComparison,
  judged: JudgedComparison,
  cases: readonly CaseSamples[],
  readShard: ReadShard,
): Promise<WorstCase[]> {
  const metrics = new Map(requireMetrics(comparison.metrics).map((metric) => [metric.name, metric]));
  const found = judged.verdict.metrics
    .filter((verdict) => verdict.judged && /^(?:regressed|inconclusive)$/.test(verdict.verdict))
    .flatMap((verdict) => {
      const metric = metrics.get(verdict.name);
      return metric ? cases.flatMap((samples) => worstOf(samples, metric, verdict) ?? []) : [];
    })
    .sort((a, b) => Number(b.mustPass) - Number(a.mustPass) || b.size - a.size);
  const { suite, prompt } = comparison;
  const own = (kind: WorstCase["kind"]) => found.filter((item) => item.kind === kind).slice(0, mostWorst);
  return Promise.all(
    [...own("fails"), ...own("fell")].map(async ({ samples, metric, kind, baseScore, headScore, repeats, shown }) => ({
      ...{ suite, prompt, caseId: samples.planned.caseId, metric, kind, segments: samples.planned.segments },
      ...(samples.planned.holdout
        ? { input: withheld, headOutput: withheld, ...(shown.base ? { baseOutput: withheld } : {}) }
        : {
            input: await inputOf(samples, readShard),
            ...(shown.base ? { baseOutput: textOf(shown.base) } : {}),
            headOutput: textOf(shown.head),
            ...(shown.reason ? { reason: shown.reason } : {}),
          }),
      ...(baseScore === undefined ? {} : { baseScore }),
      headScore,
      repeats,
    })),
  );
}

function worstOf(samples: CaseSamples, metric: Metric, verdict: MetricVerdict): Found | undefined {
  const { caseId, digest } = samples.planned;
  // A case that changed sides is shown as a flip.
  if (verdict.passToFail.includes(caseId) || verdict.failToPass.includes(caseId)) return undefined;
  const sign = metric.better === "higher" ? 1 : -1;
  const read = (sample: StoredSample | undefined) => {
    const score = sample?.scores[scoreKey(metric.digest, digest)];
    return sample && score && "value" in score ? { sample, value: score.value, reason: score.reason } : undefined;
  };
  const [base, head] = [samples.base.map(read), samples.head.map(read)];
  const scores = head.flatMap((own) => own ?? []);
  if (scores.length === 0) return undefined;
  const headScore = meanOf(scores.map(({ value }) => value));
  const baseScores = base.flatMap((own) => own?.value ?? []);
  const baseScore = baseScores.length > 0 ? meanOf(baseScores) : undefined;
  const fall = baseScore === undefined ? 0 : sign * (baseScore - headScore);
  const mustPass = verdict.mustPassFailures.some((failure) => failure.caseId === caseId);
  const fails = mustPass || missesFloor(metric, verdict, headScore);
  const fell = verdict.comparison !== undefined && fall > 0;
  if (!fails && !fell) return undefined;
  const shownAt = head
    .flatMap((own, repeat) => (own ? [{ own, was: base[repeat] }] : []))
    .sort((a, b) => loss(b) - loss(a) || sign * (a.own.value - b.own.value))[0];
  if (!shownAt) return undefined;
  return {
    ...{ samples, metric: metric.name, kind: fails ? "fails" : "fell", mustPass, headScore, repeats: scores.length },
    size: fails ? -sign * headScore : fall,
    ...(baseScore === undefined ? {} : { baseScore }),
    shown: {
      head: shownAt.own.sample,
      ...(shownAt.was ? { base: shownAt.was.sample } : {}),
      ...(shownAt.own.reason ? { reason: shownAt.own.reason } : {}),
    },
  };

  function loss({ own, was }: { own: { value: number }; was: { value: number } | undefined }): number {
    return was ? sign * (was.value - own.value) : 0;
  }
}

/** Below what every case would have to reach, where the floor is missed or in doubt. */
function missesFloor(metric: Metric, { floor }: MetricVerdict, headScore: number): boolean {
  if (!floor || floor.verdict === "pass") return false;
  const passAt = passingScore(metric);
  return !passes(metric, headScore, floor.threshold) || (passAt !== undefined && !passes(metric, headScore, passAt));
}
