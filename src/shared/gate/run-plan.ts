import { type CompletePorts, completeScores, mayLackScores } from "../evals/complete-scores.ts";
import { type Metric, requireMetrics } from "../evals/metrics.ts";
import { type RunLimits, type RunOutcome, type RunTask, runCases } from "../evals/run-cases.ts";
import { together } from "../evals/run-shard.ts";
import type { SampleLog } from "../evals/sample-log.ts";
import { scoreItem } from "../evals/score-item.ts";
import { type SampleStore, type Shard, type ShardItem, type StoredSample, sampleKey } from "../evals/shard.ts";

export interface RunPlanPorts extends CompletePorts {
  /** Told of each sample once it is durable. */
  stored?(sample: StoredSample): void;
  /** Told what each call of a shard cost, its judges' among them, in integer nano-USD. */
  paid?(shardId: string, costNanoUsd: number): void;
}

/**
 * Makes the calls of all shards in one process, repeat by repeat, at one concurrency: no shard's end waits for another. Then
 * gives the samples the scores that they lack.
 */
export async function runPlan(shards: readonly Shard[], limits: RunLimits, ports: RunPlanPorts): Promise<RunOutcome> {
  const places = new Map<string, string>();
  const owners = new Map<ShardItem, { metrics: readonly Metric[]; shardId: string }>();
  for (const shard of shards) {
    const own = { metrics: metricsOf(shard), shardId: shard.shardId };
    for (const item of shard.items) {
      owners.set(item, own);
      for (let repeat = 0; repeat < item.repeats; repeat++)
        places.set(sampleKey({ ...item, repeat }), shard.samplesPath);
    }
  }
  let outcome = await runCases(tasksOf(shards), limits, {
    ...ports,
    samples: joinedLog(ports.samples, places),
    score: (sample, item) => scoreItem(owners.get(item)?.metrics ?? [], sample, item),
    stored(sample, item) {
      const { shardId } = owners.get(item) ?? {};
      if (shardId !== undefined && sample.costNanoUsd !== undefined) ports.paid?.(shardId, sample.costNanoUsd);
      ports.stored?.(sample);
    },
  });
  const { kept } = outcome;
  for (const shard of shards) {
    if (outcome.state !== "done") break;
    const metrics = metricsOf(shard);
    if (mayLackScores({ kept }, metrics))
      outcome = together(outcome, await completeScores(shard, metrics, limits, counting(ports, shard.shardId)));
  }
  return outcome;
}

function counting(ports: RunPlanPorts, shardId: string): RunPlanPorts {
  return {
    ...ports,
    costOf(deployment, usage) {
      const cost = ports.costOf(deployment, usage);
      if (cost !== undefined) ports.paid?.(shardId, cost);
      return cost;
    },
  };
}

/** Metrics by what is measured: both sides' names and thresholds are judged later. */
export function metricsOf(shard: Shard): Metric[] {
  return requireMetrics(
    shard.metrics.map((metric, index) => ({ uses: metric.uses, with: metric.with, name: `${index}`, primary: false })),
  );
}

export function samplesOf(shards: readonly Shard[]): number {
  return shards.reduce((sum, { items }) => sum + items.reduce((own, { repeats }) => own + repeats, 0), 0);
}

function* tasksOf(shards: readonly Shard[]): Generator<RunTask> {
  const most = shards.reduce((max, { items }) => items.reduce((own, { repeats }) => Math.max(own, repeats), max), 0);
  for (let repeat = 0; repeat < most; repeat++) {
    for (const { items, seed } of shards) {
      for (const item of items) {
        if (repeat < item.repeats) yield { item, repeat, ...(seed === undefined ? {} : { seed: seed + repeat }) };
      }
    }
  }
}

/** One log over the files that the shards' samples lie in. */
function joinedLog(store: SampleStore, places: ReadonlyMap<string, string>): SampleLog {
  const placeOf = (key: string) => {
    const place = places.get(key);
    if (place === undefined) throw new TypeError(`no shard has ${key}`);
    return place;
  };
  return {
    async known() {
      const all = await Promise.all([...new Set(places.values())].map((place) => store.known(place)));
      return {
        stored: new Set(all.flatMap(({ stored }) => [...stored])),
        begun: new Set(all.flatMap(({ begun }) => [...begun])),
      };
    },
    begin: (key) => store.mark(placeOf(key), key, "begun"),
    end: (key) => store.mark(placeOf(key), key, "ended"),
    append: (sample) => store.append(placeOf(sampleKey(sample)), sample),
  };
}
