import { createFreshCheck } from "../evals/fresh-check.ts";
import { type Shard, sampleKey } from "../evals/shard.ts";
import type { GatePorts } from "./ports.ts";
import type { Gate, ShardState } from "./schema.ts";
import { pairOf } from "./shard-row.ts";
import { limitReached, spentOn } from "./spending.ts";

/** Keeps the calls of one shard within what its suite may cost the whole gate. */
export interface Spender {
  /** What this shard has cost this gate so far. */
  readonly costNanoUsd: number;
  /** The limit that was reached. */
  readonly stoppedBy: string | undefined;
  add(costNanoUsd: number): void;
  mayCall(): Promise<boolean>;
}

/** What is spent may go unsaid to the other shards up to this share of the limit. */
const unsaidShare = 0.02;

/**
 * A shard that is taken up again knows from its samples what its dead worker paid. Shards tell one another through their
 * rows; calls in flight when the limit is reached are still paid.
 */
export async function createSpender(
  gate: Gate,
  claimed: ShardState,
  shard: Shard,
  changeOwn: (change: (row: ShardState) => ShardState) => Promise<unknown>,
  ports: GatePorts,
): Promise<Spender> {
  const { limits, shardId } = claimed;
  const limited = limits?.maxCostUsd !== undefined;
  let cost = limited ? await paidBefore(gate, shard, ports) : claimed.costNanoUsd;
  let said = claimed.costNanoUsd;
  let stoppedBy: string | undefined;

  async function within(): Promise<boolean> {
    if (limited && cost - said > unsaidShare * (limits?.maxCostUsd ?? 0) * 1e9) {
      const costNanoUsd = cost;
      await changeOwn((row) => ({ ...row, costNanoUsd }));
      said = costNanoUsd;
    }
    const rows = limited ? await ports.store.shards.list(gate.repositoryId, `${gate.gateId}:`) : [];
    const others = rows.filter((row) => row.shardId !== shardId);
    const spent = spentOn(pairOf(shardId), others) + cost;
    stoppedBy ??= limitReached(claimed, gate, spent, ports.clock.now());
    return stoppedBy === undefined;
  }

  const fresh = createFreshCheck(within);
  return {
    get costNanoUsd() {
      return cost;
    },
    get stoppedBy() {
      return stoppedBy;
    },
    add(costNanoUsd) {
      cost += costNanoUsd;
    },
    mayCall: limits === undefined ? async () => true : fresh,
  };
}

async function paidBefore(gate: Gate, shard: Shard, { samples, store }: GatePorts): Promise<number> {
  const stored = await samples.read(`${gate.repositoryId}/${shard.samplesPath}`);
  const own = new Set(shard.items.map((item) => sampleKey({ ...item, repeat: 0 })));
  let paid = 0;
  for (const sample of stored.values()) {
    if (!own.has(sampleKey({ ...sample, repeat: 0 }))) continue;
    if (sample.gateId === gate.gateId) paid += sample.costNanoUsd ?? 0;
    // Judges are paid by who asks them, whoever made the sample.
    paid += sample.asked?.paidBy?.[gate.gateId] ?? 0;
  }
  // An extension's shard asks the same requests again: what its forerunners paid stands in their rows.
  const stem = shard.shardId.replace(/-x\d+$/, "");
  const rows = await store.shards.list(gate.repositoryId, `${gate.gateId}:${stem}`);
  const forerunners = rows.filter(({ shardId }) => shardId !== shard.shardId && shardId.replace(/-x\d+$/, "") === stem);
  return Math.max(0, paid - forerunners.reduce((sum, { costNanoUsd }) => sum + costNanoUsd, 0));
}
