import type { StoredSample } from "../evals/shard.ts";
import type { CaseSamples } from "./judge.ts";
import type { PlannedComparison } from "./plan.ts";
import type { Gate, ShardState } from "./schema.ts";
import { pairOf } from "./shard-row.ts";

/** Integer nano-USD that the shards of one pair have cost this gate. */
export function spentOn(pair: number, shards: readonly Pick<ShardState, "shardId" | "costNanoUsd">[]): number {
  return shards.reduce((sum, row) => sum + (pairOf(row.shardId) === pair ? row.costNanoUsd : 0), 0);
}

/** Why a suite's shards may call no more; undefined: they may. */
export function limitReached(
  { limits }: Pick<ShardState, "limits">,
  { createdAt }: Pick<Gate, "createdAt">,
  spentNanoUsd: number,
  now: Date,
): string | undefined {
  const { of, maxCostUsd, maxMinutes } = limits ?? {};
  if (maxCostUsd !== undefined && spentNanoUsd >= maxCostUsd * 1e9) {
    return `budget.maxCostUsd of ${of} ($${maxCostUsd}) is spent`;
  }
  if (maxMinutes !== undefined && now.getTime() - Date.parse(createdAt) >= maxMinutes * 60_000) {
    return `budget.maxMinutes of ${of} (${maxMinutes}) are over`;
  }
  return undefined;
}

interface Spent {
  gate: Gate;
  shards: readonly ShardState[];
  comparison: PlannedComparison;
  cases: readonly CaseSamples[];
  repeats: number;
  now: Date;
}

/**
 * Repeats in all that dollars and minutes leave for another look; nothing where neither has a limit. Under a limit in
 * dollars a call of unknown price leaves none: what cannot be counted cannot be kept.
 */
export function repeatsLeft({ gate, shards, comparison, cases, repeats, now }: Spent): { mostRepeats?: number } {
  const { maxCostUsd, maxMinutes, callsPerRepeat } = comparison.budget;
  if (maxCostUsd === undefined && maxMinutes === undefined) return {};
  const limits = { of: comparison.suitePath, ...(maxMinutes === undefined ? {} : { maxMinutes }) };
  if (limitReached({ limits }, gate, 0, now)) return { mostRepeats: repeats };
  if (maxCostUsd === undefined) return {};
  const changed = cases.filter(({ unchanged }) => !unchanged);
  const costs = (["base", "head"] as const).map((side) => meanCost(changed.flatMap((samples) => samples[side])));
  const perRepeat = costs.reduce<number | undefined>(
    (sum, cost) => (sum === undefined || cost === undefined ? undefined : sum + cost * callsPerRepeat),
    0,
  );
  if (perRepeat === undefined) return { mostRepeats: repeats };
  const left = maxCostUsd * 1e9 - spentOn(comparison.pair, shards);
  return { mostRepeats: repeats + Math.max(0, Math.floor(left / Math.max(1, perRepeat))) };
}

function meanCost(samples: readonly (StoredSample | undefined)[]): number | undefined {
  const made = samples.filter((sample) => sample !== undefined);
  if (made.length === 0 || made.some(({ costNanoUsd }) => costNanoUsd === undefined)) return undefined;
  return made.reduce((sum, { costNanoUsd = 0 }) => sum + costNanoUsd, 0) / made.length;
}
