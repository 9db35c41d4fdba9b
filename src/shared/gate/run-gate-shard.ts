import type { ShardMessage } from "../deliveries/delivery.ts";
import { createFreshCheck } from "../evals/fresh-check.ts";
import { failureSummary, runShard } from "../evals/run-shard.ts";
import { scoreItem } from "../evals/score-item.ts";
import { resolveMetrics } from "../evals/metrics.ts";
import { costNanoUsd, priceOf } from "../prices/price-book.ts";
import { redact } from "../redaction/redact.ts";
import { pullKey, shardKey, update } from "./gate-store.ts";
import { shardPath } from "./plan-gate.ts";
import type { GatePorts } from "./ports.ts";
import { showProgress } from "./progress.ts";
import type { Gate, ShardState } from "./schema.ts";

/** Does one shard of a gate, as far as its time goes; whoever finishes the last one sends for the conclusion. */
export async function runGateShard(message: ShardMessage, worker: string, ports: GatePorts): Promise<void> {
  const { repositoryId, gateId, shardId } = message;
  const { store, clock, times } = ports;
  const gate = (await store.gates.get(repositoryId, gateId))?.value;
  if (gate?.stage !== "running") return;
  const key = shardKey(gateId, shardId);
  const claimed = await update(store.shards, repositoryId, key, (row) => claim(row, worker, clock.now(), times.overdueMs));
  if (!claimed) return finishIfLast(gate, ports);
  const shard = await ports.shards.read(repositoryId, shardPath(gateId, shardId));
  if (!shard) throw new TypeError(`shard ${key} has no content`);
  const metrics = resolveMetrics(shard.metrics);
  const wanted = createFreshCheck(() => isWanted(gate, ports));
  const done = new AbortController();
  let lost = false;
  const beating = beat();
  try {
    const samplesPath = `${repositoryId}/${shard.samplesPath}`;
    const outcome = await runShard(
      { ...shard, samplesPath },
      { gateId, concurrency: ports.concurrency, deadline: new Date(clock.now().getTime() + times.shardMs) },
      {
        ...ports,
        model: await ports.model(),
        mayCall: async () => !lost && (await wanted()),
        score: (sample, item) => scoreItem(metrics, sample, item),
        redact: (text) => redact(text).text,
        costOf: (deployment, usage) => {
          const price = priceOf(ports.prices, deployment, clock.now());
          return price && costNanoUsd(price, usage);
        },
      },
    );
    const stage = outcome.state === "more" ? "queued" : outcome.state;
    if (lost) return;
    const failures = outcome.failures.slice(0, keptFailures);
    await update(store.shards, repositoryId, key, (row) =>
      row.worker === worker
        ? { ...released(row), stage, calls: row.calls + outcome.calls, failures, enqueuedAt: clock.now().toISOString() }
        : undefined,
    );
    if (outcome.failures.length > 0) ports.log.warn("shard.failures", { gateId, shardId, why: failureSummary(outcome.failures).slice(0, 5) });
    if (outcome.state === "more") await ports.queues.shard(message);
  } catch (thrown) {
    // The message comes back in seconds; the row must not look busy until then.
    await update(store.shards, repositoryId, key, (row) => (row.worker === worker ? { ...released(row), stage: "queued" } : undefined));
    throw thrown;
  } finally {
    done.abort();
    await beating;
  }
  await finishIfLast(gate, ports);

  async function beat(): Promise<void> {
    while (!done.signal.aborted) {
      try {
        await clock.sleep(times.heartbeatMs, done.signal);
        const row = await update(store.shards, repositoryId, key, (row) =>
          row.worker === worker ? { ...row, heartbeatAt: clock.now().toISOString() } : undefined,
        );
        lost = row === undefined;
        await showProgress(gate as Gate, ports);
      } catch (thrown) {
        if (!done.signal.aborted) ports.log.warn("shard.heartbeat-failed", { gateId, shardId, reason: String(thrown) });
      }
    }
  }
}

/** Enough to say what happened; a storm of thousands says no more. */
const keptFailures = 50;

/** A shard that is done, or in hands that still show a heartbeat, is left alone. */
function claim(row: ShardState, worker: string, now: Date, overdueMs: number): ShardState | undefined {
  if (row.stage === "done" || row.stage === "stopped") return undefined;
  const silent = now.getTime() - Date.parse(row.heartbeatAt ?? row.enqueuedAt) > overdueMs;
  if (row.stage === "running" && !silent) return undefined;
  return { ...row, stage: "running", worker, heartbeatAt: now.toISOString() };
}

function released({ worker: _, heartbeatAt: __, ...row }: ShardState): ShardState {
  return row;
}

/** Whether anyone still waits for this gate's answer: asked before every call. */
async function isWanted(gate: Gate, { store }: GatePorts): Promise<boolean> {
  if (gate.number !== undefined) {
    const pull = await store.pulls.get(gate.repositoryId, pullKey(gate.number));
    if (pull?.value.gateId !== gate.gateId || !pull.value.open) return false;
  }
  return (await store.gates.get(gate.repositoryId, gate.gateId))?.value.stage === "running";
}

/** The set of finished rows decides, not a counter: a shard that is finished twice is finished once. */
export async function finishIfLast(gate: Gate, ports: GatePorts): Promise<boolean> {
  const shards = await ports.store.shards.list(gate.repositoryId, `${gate.gateId}:`);
  const open = shards.some(({ stage }) => stage === "queued" || stage === "running");
  if (open || shards.length < (gate.shards ?? Number.POSITIVE_INFINITY)) return false;
  await ports.queues.conclude({ repositoryId: gate.repositoryId, gateId: gate.gateId });
  return true;
}
