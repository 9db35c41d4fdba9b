import type { Metric } from "../evals/metrics.ts";
import type { Sample } from "../evals/sample.ts";
import { scoreItem } from "../evals/score-item.ts";
import type { ScoringModels } from "../evals/scoring-models.ts";
import {
  type SampleStore,
  type Shard,
  type ShardItem,
  type StoredSample,
  sampleKey,
  scoreKey,
} from "../evals/shard.ts";
import { metricsOf } from "./run-plan.ts";

/** Samples of a plan as they are judged, and how many scores saw a redacted text. */
export interface CompletedSamples {
  store: Pick<SampleStore, "read">;
  /** Scores that were made now, from the stored text: the suite measures more than it did when the sample was made. */
  rescored: number;
  /** Those among them whose text had been redacted before. */
  onRedacted: number;
}

/**
 * Reads a plan's samples and adds the scores that they lack: an evaluator or a case that was edited since must not cost the
 * calls again. A score made on stored text sees the redacted one, which is counted.
 */
export async function completeScores(
  shards: readonly Shard[],
  store: Pick<SampleStore, "read">,
  models?: ScoringModels,
): Promise<CompletedSamples> {
  const files = new Map<string, Map<string, StoredSample>>();
  const counts = { rescored: 0, onRedacted: 0 };
  for (const shard of shards) {
    const samples = files.get(shard.samplesPath) ?? (await store.read(shard.samplesPath));
    files.set(shard.samplesPath, samples);
    const metrics = metricsOf(shard);
    for (const item of shard.items) {
      for (let repeat = 0; repeat < item.repeats; repeat++) {
        const key = sampleKey({ ...item, repeat });
        const sample = samples.get(key);
        const lacking = sample ? metrics.filter((metric) => lacks(sample, metric, item)) : [];
        if (!sample || lacking.length === 0) continue;
        const scores = await scoreItem(lacking, asSample(sample), item, models);
        samples.set(key, { ...sample, scores: { ...scores, ...sample.scores } });
        counts.rescored++;
        if (sample.redacted) counts.onRedacted++;
      }
    }
  }
  return { ...counts, store: { read: async (file) => files.get(file) ?? store.read(file) } };
}

function lacks(sample: StoredSample, metric: Metric, item: ShardItem): boolean {
  return item.cases.some(({ digest }) => sample.scores[scoreKey(metric.digest, digest)] === undefined);
}

/** JSON keeps no undefined members, which is all that sets the two types apart. */
export function asSample({ scores: _, ...sample }: StoredSample): Sample {
  return sample as Sample;
}
