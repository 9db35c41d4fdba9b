import type { Shard } from "../evals/shard.ts";
import type { Plan } from "./plan.ts";
import type { ShardState } from "./schema.ts";

/** The pair of suite and prompt that a shard works for: its id begins with it. */
export function pairOf(shardId: string): number {
  return Number.parseInt(shardId, 10);
}

/** A shard's row before anyone has taken it up. */
export function shardRow(
  { shardId, runId }: Pick<Shard, "shardId" | "runId">,
  samples: number,
  plan: Plan,
  now: Date,
): ShardState {
  const owner = plan.comparisons.find(({ pair }) => pair === pairOf(shardId));
  const { maxCostUsd, maxMinutes } = owner?.budget ?? {};
  const limited = owner !== undefined && (maxCostUsd !== undefined || maxMinutes !== undefined);
  const limits = limited && {
    of: owner.suitePath,
    ...(maxCostUsd === undefined ? {} : { maxCostUsd }),
    ...(maxMinutes === undefined ? {} : { maxMinutes }),
  };
  return {
    shardId,
    runId,
    samples,
    enqueuedAt: now.toISOString(),
    stage: "queued",
    calls: 0,
    costNanoUsd: 0,
    paidAgain: 0,
    failures: [],
    ...(limits ? { limits } : {}),
  };
}
