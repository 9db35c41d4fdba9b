import { scoreItem } from "../evals/score-item.ts";
import { type Shard, type StoredSample, sampleKey, scoreKey } from "../evals/shard.ts";
import { metricsOf } from "./run-plan.ts";

/** What came out when a kept run was made again from what it kept. */
export interface Reproduction {
  /** Requests that are built from the kept files now, and those of them that the run had sent byte for byte. */
  requests: { built: number; equal: number; differing: string[] };
  /** Scores of stored samples that were computed again. */
  scores: { compared: number; equal: number; differing: ScoreDifference[]; onRedacted: number; asked: number };
  /** Samples of the run that are no longer kept. */
  lost: number;
  /** Samples that the run never got. */
  unanswered: number;
}

export interface ScoreDifference {
  caseId: string;
  repeat: number;
  metric: string;
  stored: string;
  now: string;
}

/**
 * Holds a run's plan, built anew from its kept files, against the samples that it stands for. Scores that a model gave are
 * not asked for again, and a text that was redacted was scored before that: both are counted and not compared.
 */
export async function reproduceStored(
  shards: readonly Shard[],
  recorded: readonly string[],
  samples: ReadonlyMap<string, StoredSample>,
  unanswered: readonly string[] = [],
): Promise<Reproduction> {
  const never = new Set(unanswered);
  const sent = new Set(recorded.map(withoutRepeat));
  const result: Reproduction = {
    requests: { built: 0, equal: 0, differing: [] },
    scores: { compared: 0, equal: 0, differing: [], onRedacted: 0, asked: 0 },
    lost: recorded.filter((key) => !samples.has(key) && !never.has(key)).length,
    unanswered: recorded.filter((key) => !samples.has(key) && never.has(key)).length,
  };
  const repeats = new Map<string, number[]>();
  for (const key of recorded)
    repeats.set(withoutRepeat(key), [...(repeats.get(withoutRepeat(key)) ?? []), repeatOf(key)]);
  for (const shard of shards) {
    for (const item of shard.items) {
      const request = withoutRepeat(sampleKey({ ...item, repeat: 0 }));
      result.requests.built++;
      if (sent.has(request)) result.requests.equal++;
      else result.requests.differing.push(item.caseId);
      for (const repeat of repeats.get(request) ?? []) {
        const sample = samples.get(sampleKey({ ...item, repeat }));
        if (sample) await compareScores(shard, item, sample, result.scores);
      }
    }
  }
  return result;
}

async function compareScores(
  shard: Shard,
  item: Shard["items"][number],
  sample: StoredSample,
  scores: Reproduction["scores"],
): Promise<void> {
  const metrics = metricsOf(shard);
  const now = await scoreItem(metrics, sample, item);
  for (const [index, metric] of metrics.entries()) {
    for (const { digest } of item.cases) {
      const key = scoreKey(metric.digest, digest);
      const stored = sample.scores[key];
      if (!stored) continue;
      if (metric.asks.length > 0) scores.asked++;
      else if (sample.redacted) scores.onRedacted++;
      else {
        scores.compared++;
        const [was, is] = [stored, now[key]].map(shown);
        if (was === is) scores.equal++;
        else
          scores.differing.push({
            caseId: item.caseId,
            repeat: sample.repeat,
            metric: shard.metrics[index]?.name ?? metric.evaluator.id,
            stored: was ?? "",
            now: is ?? "",
          });
      }
    }
  }
}

function shown(score: StoredSample["scores"][string] | undefined): string {
  if (score === undefined) return "none";
  if ("value" in score) return String(score.value);
  return "missing" in score ? "missing" : "not applicable";
}

const withoutRepeat = (key: string) => key.slice(0, key.lastIndexOf("|"));
const repeatOf = (key: string) => Number(key.slice(key.lastIndexOf("|") + 1));

/** Fresh answers beside the stored ones. */
export interface FreshDifference {
  compared: number;
  sameOutput: number;
  differing: { caseId: string; repeat: number; stored: string; fresh: string }[];
}

export function compareFresh(
  stored: ReadonlyMap<string, StoredSample>,
  fresh: ReadonlyMap<string, StoredSample>,
): FreshDifference {
  const result: FreshDifference = { compared: 0, sameOutput: 0, differing: [] };
  for (const [key, sample] of fresh) {
    const before = stored.get(key);
    if (!before) continue;
    result.compared++;
    if (before.output === sample.output) result.sameOutput++;
    else
      result.differing.push({
        caseId: sample.caseId,
        repeat: sample.repeat,
        stored: before.output,
        fresh: sample.output,
      });
  }
  return result;
}
