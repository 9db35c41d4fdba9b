import type { Metric } from "./metrics.ts";
import type { Sample } from "./sample.ts";
import { scoreSample } from "./score-sample.ts";
import type { ScoringModels } from "./scoring-models.ts";
import { type ShardItem, type StoredSample, scoreKey } from "./shard.ts";

/** Every metric's score of a sample under every version of its case; those that ask a model only where it is given. */
export async function scoreItem(
  metrics: readonly Metric[],
  sample: Sample,
  item: ShardItem,
  models?: ScoringModels,
): Promise<StoredSample["scores"]> {
  const scores: StoredSample["scores"] = {};
  const scored = models ? metrics : metrics.filter(({ asks }) => asks.length === 0);
  const { tools } = item.request;
  for (const version of item.cases) {
    const named = await scoreSample(scored, { case: version.case, sample, ...(tools ? { tools } : {}) }, models);
    for (const metric of scored) {
      const score = named[metric.name];
      if (score) scores[scoreKey(metric.digest, version.digest)] = score;
    }
  }
  return scores;
}
