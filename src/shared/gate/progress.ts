import { progressText } from "./check-text.ts";
import { update } from "./gate-store.ts";
import type { GatePorts } from "./ports.ts";
import type { Gate } from "./schema.ts";

/** Shows how far a gate is, at most once in `progressMs` over all of its workers: each update costs 5 points of GitHub's limit. */
export async function showProgress(gate: Gate, ports: GatePorts): Promise<void> {
  const { store, clock, times } = ports;
  const turn = await update(store.gates, gate.repositoryId, gate.gateId, (now) => {
    const last = Date.parse(now.progressAt ?? now.createdAt);
    if (now.stage !== "running" || clock.now().getTime() - last < times.progressMs) return undefined;
    return { ...now, progressAt: clock.now().toISOString() };
  });
  if (turn?.checkRunId === undefined) return;
  const shards = await store.shards.list(gate.repositoryId, `${gate.gateId}:`);
  const total = shards.reduce((sum, { samples }) => sum + samples, 0);
  const done = shards.filter(({ stage }) => stage === "done").reduce((sum, { samples }) => sum + samples, 0);
  const extending = (turn.extensions ?? []).length > 0;
  const { checks } = await ports.open(gate);
  await checks.update(turn.checkRunId, {
    status: "in_progress",
    ...progressText({ done, total, extending, estimate: turn.estimate }),
  });
}
