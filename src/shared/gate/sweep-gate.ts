import { shardKey, update } from "./gate-store.ts";
import { giveUpGate } from "./give-up.ts";
import { planGate } from "./plan-gate.ts";
import type { GatePorts } from "./ports.ts";
import { finishIfLast } from "./run-gate-shard.ts";
import type { Gate, ShardState } from "./schema.ts";
import { closeSuperseded } from "./supersede.ts";

/** Takes up what a dead worker left of one gate, and closes a gate that is beyond its deadline. */
export async function sweepGate(at: { repositoryId: number; gateId: string }, ports: GatePorts): Promise<void> {
  const gate = (await ports.store.gates.get(at.repositoryId, at.gateId))?.value;
  if (!gate || gate.stage === "concluded" || gate.stage === "waiting") {
    await ports.store.active.remove(at.repositoryId, at.gateId);
    return;
  }
  if (gate.stage === "superseded") return closeSuperseded(gate, ports);
  const now = ports.clock.now();
  const late = now.toISOString() > gate.deadline;
  if (late && gate.stage === "planning") {
    const minutes = Math.round((now.getTime() - Date.parse(gate.createdAt)) / 60_000);
    return giveUpGate(gate, `it did not finish within ${minutes} minutes`, ports);
  }
  if (gate.leaseUntil !== undefined && gate.leaseUntil > now.toISOString()) return;
  if (gate.stage === "planning") return planGate(gate.repositoryId, gate.gateId, ports);
  // Beyond the deadline what ran is judged, and what is missing says so; an extension is drawn by who concludes.
  if (late || gate.stage === "concluding" || gate.stage === "extending") {
    return ports.queues.conclude({ repositoryId: at.repositoryId, gateId: at.gateId });
  }
  const shards = await ports.store.shards.list(gate.repositoryId, `${gate.gateId}:`);
  for (const shard of shards.filter((row) => isOverdue(row, now, ports.times.overdueMs)))
    await sendAgain(gate, shard, ports);
  await finishIfLast(gate, ports);
}

/** Silent while it runs, or waiting for longer than a queue takes: its message was lost, or sleeps with a dead worker. */
function isOverdue({ stage, heartbeatAt, enqueuedAt }: ShardState, now: Date, overdueMs: number): boolean {
  if (stage !== "queued" && stage !== "running") return false;
  return now.getTime() - Date.parse((stage === "running" ? heartbeatAt : undefined) ?? enqueuedAt) > overdueMs;
}

async function sendAgain(gate: Gate, { shardId, stage }: ShardState, ports: GatePorts): Promise<void> {
  const { repositoryId, gateId } = gate;
  const enqueuedAt = ports.clock.now().toISOString();
  const key = shardKey(gateId, shardId);
  await update(ports.store.shards, repositoryId, key, (row) =>
    row.stage === stage ? { ...row, enqueuedAt } : undefined,
  );
  ports.log.warn("shard.taken-up", { gateId, shardId, stage });
  await ports.queues.shard({ repositoryId, gateId, shardId });
}
