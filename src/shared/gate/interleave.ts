import { resolveMetrics } from "../evals/metrics.ts";
import type { Shard, ShardItem } from "../evals/shard.ts";
import type { SuiteEvaluator } from "../repository/suite.ts";
import type { PlannedSide } from "./plan.ts";

/** Whether a latency decides under these rules: then base and head have to be called side by side. */
export function latencyBlocks(evaluators: readonly SuiteEvaluator[]): boolean {
  return resolveMetrics(evaluators).metrics.some(({ blocking, evaluator }) => blocking && evaluator.id === "latency");
}

/** One side of a pair as it is planned on its own. */
export interface PlannedHalf {
  shards: Shard[];
  /** Where each version of a case has its samples. */
  sides: Map<string, PlannedSide>;
}

/**
 * Both sides' shards as one: base and head take turns, case by case, in samples that belong to this gate alone. Latency is
 * comparable only so: two runs of one service on two days differ for sure, and a cached answer was timed on another day.
 */
export function interleave(
  base: PlannedHalf | undefined,
  head: PlannedHalf,
  { gateId, index }: { gateId: string; index: number },
): { base: PlannedHalf | undefined; head: PlannedHalf } {
  const moved = (shardId: string) => {
    const bucket = shardId.slice(shardId.indexOf("-") + 1);
    return { shardId: `${index}j-${bucket}`, samplesPath: `gates/${gateId}/samples/${index}-${bucket}.jsonl` };
  };
  const sidesOf = (half: PlannedHalf) =>
    new Map([...half.sides].map(([version, side]) => [version, { ...side, ...moved(side.shardId) }]));
  const shards = new Map<string, Shard>();
  for (const shard of [...(base?.shards ?? []), ...head.shards]) {
    const place = moved(shard.shardId);
    const known = shards.get(place.shardId);
    const items = known ? takeTurns(known.items, shard.items) : shard.items;
    const models = { ...known?.models, ...shard.models };
    const priced = Object.keys(models).length > 0 ? { models } : {};
    shards.set(place.shardId, { ...shard, ...place, ...priced, runId: `${gateId}:${index}j`, items });
  }
  return {
    base: base && { sides: sidesOf(base), shards: [] },
    head: { sides: sidesOf(head), shards: [...shards.values()] },
  };
}

/** Base and head of a case follow one another. */
function takeTurns(base: readonly ShardItem[], head: readonly ShardItem[]): ShardItem[] {
  return [...Map.groupBy([...base, ...head], ({ caseId }) => caseId).values()].flat();
}
