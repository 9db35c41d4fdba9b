import type { Log } from "../log.ts";
import { type CompletePorts, completeScores } from "./complete-scores.ts";
import type { Metric } from "./metrics.ts";
import { type RunLimits, type RunOutcome, type RunPorts, type RunTask, runCases } from "./run-cases.ts";
import { sampleLogOf } from "./sample-log.ts";
import type { SampleStore, Shard } from "./shard.ts";

export type { CallFailure } from "./run-cases.ts";

export interface ShardPorts extends Omit<RunPorts, "samples">, Pick<CompletePorts, "embedder" | "kept"> {
  samples: SampleStore;
  /** Metrics that stored samples may lack; those that ask a model are scored once the samples are there. */
  metrics?: readonly Metric[];
  log: Log;
}

/** Makes the calls of a shard that have no stored sample yet, then gives the samples the scores that they lack. */
export async function runShard(shard: Shard, limits: RunLimits, ports: ShardPorts): Promise<RunOutcome> {
  const samples = sampleLogOf(ports.samples, shard.samplesPath);
  const spend = ports.spend && { reserve: ports.spend.reserve, close: async () => {} };
  const shared = { ...ports, ...(spend ? { spend } : {}) };
  let outcome: RunOutcome;
  try {
    outcome = await runCases(tasksOf(shard), limits, { ...shared, samples });
    if (outcome.state === "done" && ports.metrics?.length)
      outcome = together(outcome, await completeScores(shard, ports.metrics, limits, shared));
  } finally {
    await ports.spend?.close();
  }
  const { failures: _, ...counts } = outcome;
  ports.log.info("shard.ran", { shardId: shard.shardId, ...counts });
  return outcome;
}

/** What calls and scores of one run come to. */
export function together(calls: RunOutcome, scores: Awaited<ReturnType<typeof completeScores>>): RunOutcome {
  return {
    ...calls,
    ...scores,
    calls: calls.calls + scores.calls,
    retries: calls.retries + scores.retries,
    rateLimited: calls.rateLimited + scores.rateLimited,
    failed: calls.failed + scores.failed,
    failures: [...calls.failures, ...scores.failures],
  };
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

/** How many calls failed for one reason. */
export interface CountedFailure {
  reason: string;
  count: number;
}

/** By reason, the most frequent first; takes what was counted before, too. */
export function countFailures(failures: readonly { reason: string; count?: number }[]): CountedFailure[] {
  const counts = new Map<string, number>();
  for (const { reason, count = 1 } of failures) counts.set(reason, (counts.get(reason) ?? 0) + count);
  return [...counts].map(([reason, count]) => ({ reason, count })).sort((a, b) => b.count - a.count);
}

/** "12 × HTTP 503: …", the most frequent first. */
export function failureSummary(failures: readonly { reason: string; count?: number }[]): string[] {
  return countFailures(failures).map(({ reason, count }) => `${count} × ${reason}`);
}
