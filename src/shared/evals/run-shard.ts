import type { Log } from "../log.ts";
import {
  type CallFailure,
  type RunLimits,
  type RunOutcome,
  type RunPorts,
  type RunTask,
  runCases,
} from "./run-cases.ts";
import { sampleLogOf } from "./sample-log.ts";
import type { SampleStore, Shard } from "./shard.ts";

export type { CallFailure } from "./run-cases.ts";

export interface ShardPorts extends Omit<RunPorts, "samples"> {
  samples: SampleStore;
  log: Log;
}

/** Makes the calls of a shard that have no stored sample yet. */
export async function runShard(shard: Shard, limits: RunLimits, ports: ShardPorts): Promise<RunOutcome> {
  const samples = sampleLogOf(ports.samples, shard.samplesPath);
  const outcome = await runCases(tasksOf(shard), limits, { ...ports, samples });
  const { failures: _, ...counts } = outcome;
  ports.log.info("shard.ran", { shardId: shard.shardId, ...counts });
  return outcome;
}

/** Repeat by repeat, so that a shard that is cut short has seen every case as often as every other. */
function* tasksOf({ items, seed }: Shard): Generator<RunTask> {
  const most = items.reduce((max, { repeats }) => Math.max(max, repeats), 0);
  for (let repeat = 0; repeat < most; repeat++) {
    for (const item of items) {
      if (repeat < item.repeats) yield { item, repeat, ...(seed === undefined ? {} : { seed: seed + repeat }) };
    }
  }
}

/** The text of the failures, the most frequent first. */
export function failureSummary(failures: readonly CallFailure[]): string[] {
  const counts = new Map<string, number>();
  for (const { reason } of failures) counts.set(reason, (counts.get(reason) ?? 0) + 1);
  return [...counts].sort((a, b) => b[1] - a[1]).map(([reason, count]) => `${count} × ${reason}`);
}
