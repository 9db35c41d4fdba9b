import type { ShardMessage } from "../deliveries/delivery.ts";
import { createFreshCheck } from "../evals/fresh-check.ts";
import { requireMetrics } from "../evals/metrics.ts";
import type { RunOutcome } from "../evals/run-cases.ts";
import { countFailures, failureSummary, runShard } from "../evals/run-shard.ts";
import { scoreItem } from "../evals/score-item.ts";
import type { Shard } from "../evals/shard.ts";
import { costNanoUsd, priceOf } from "../prices/price-book.ts";
import { pricedAs } from "../prices/priced-as.ts";
import { redact } from "../redaction/redact.ts";
import { callLimits } from "./call-limits.ts";
import { pullKey, shardKey, update } from "./gate-store.ts";
import { withHeartbeat } from "./heartbeat.ts";
import { shardPath } from "./plan.ts";
import type { GatePorts } from "./ports.ts";
import { showProgress } from "./progress.ts";
import type { Gate, ShardState } from "./schema.ts";
import { createSpender, type Spender } from "./spender.ts";

/** Does one shard of a gate, as far as its time goes; whoever finishes the last one sends for the conclusion. */
export async function runGateShard(message: ShardMessage, worker: string, ports: GatePorts): Promise<void> {
  const { repositoryId, gateId, shardId } = message;
  const { store, clock, times } = ports;
  const gate = (await store.gates.get(repositoryId, gateId))?.value;
  if (gate?.stage !== "running") return;
  const key = shardKey(gateId, shardId);
  const changeOwn = (change: (row: ShardState) => ShardState) =>
    update(store.shards, repositoryId, key, (row) => (row.worker === worker ? change(row) : undefined));
  const claimed = await update(store.shards, repositoryId, key, (row) =>
    claim(row, worker, clock.now(), times.overdueMs),
  );
  if (claimed) {
    const shard = await ports.shards.read(repositoryId, shardPath(gateId, shardId));
    if (!shard) throw new TypeError(`shard ${key} has no content`);
    let held = true;
    const spender = await createSpender(gate, claimed, shard, changeOwn, ports);
    const beat = async () => {
      const { costNanoUsd } = spender;
      held =
        (await changeOwn((row) => ({ ...row, costNanoUsd, heartbeatAt: clock.now().toISOString() }))) !== undefined;
      await showProgress(gate, ports);
    };
    try {
      const outcome = await withHeartbeat(
        beat,
        () => callModel(gate, shard, worker, () => held, spender, ports),
        ports,
      );
      if (!held) return;
      await changeOwn((row) => finished(row, outcome, spender, clock.now()));
      logFailures(outcome, message, ports);
      if (outcome.state === "more") await ports.queues.shard(message);
    } catch (thrown) {
      // The message comes back in seconds; the row must not look busy until then.
      await changeOwn((row) => ({ ...released(row), stage: "queued" }));
      throw thrown;
    }
  }
  await finishIfLast(gate, ports);
}

/** A shard that is done, or in hands that still show a heartbeat, is left alone. */
function claim(row: ShardState, worker: string, now: Date, overdueMs: number): ShardState | undefined {
  if (row.stage === "done" || row.stage === "stopped") return undefined;
  const silent = now.getTime() - Date.parse(row.heartbeatAt ?? row.enqueuedAt) > overdueMs;
  if (row.stage === "running" && !silent) return undefined;
  return { ...row, stage: "running", worker, heartbeatAt: now.toISOString() };
}

async function callModel(
  gate: Gate,
  shard: Shard,
  worker: string,
  held: () => boolean,
  spender: Spender,
  ports: GatePorts,
): Promise<RunOutcome> {
  // Both sides' versions of a metric are scored; what differs in thresholds alone is judged later.
  const metrics = requireMetrics(
    shard.metrics.map((metric, index) => ({ uses: metric.uses, with: metric.with, name: `${index}`, primary: false })),
  );
  const wanted = createFreshCheck(() => isWanted(gate, ports));
  const { clock, times } = ports;
  const prices = pricedAs(ports.prices, [shard]);
  return runShard(
    { ...shard, samplesPath: `${gate.repositoryId}/${shard.samplesPath}` },
    {
      gateId: gate.gateId,
      concurrency: ports.concurrency,
      deadline: new Date(clock.now().getTime() + times.shardMs),
    },
    {
      ...ports,
      ...(await callLimits(gate.repositoryId, shard, worker, ports)),
      model: await ports.model(),
      mayCall: async () => held() && (await wanted()) && (await spender.mayCall()),
      metrics,
      embedder: await ports.embedder(),
      kept: ports.judgements(gate.repositoryId),
      score: (sample, item) => scoreItem(metrics, sample, item),
      redact: (text) => redact(text).text,
      costOf: (deployment, usage) => {
        const price = priceOf(prices, deployment, clock.now());
        const cost = price && costNanoUsd(price, usage);
        spender.add(cost ?? 0);
        return cost;
      },
    },
  );
}

/** Whether anyone still waits for this gate's answer: asked before every call. */
async function isWanted(gate: Gate, { store }: GatePorts): Promise<boolean> {
  if (gate.number !== undefined) {
    const pull = await store.pulls.get(gate.repositoryId, pullKey(gate.number));
    if (pull?.value.gateId !== gate.gateId || !pull.value.open) return false;
  }
  return (await store.gates.get(gate.repositoryId, gate.gateId))?.value.stage === "running";
}

/** Enough to say what happened; a row has its limits. */
const keptReasons = 50;

const stageAfter = { done: "done", more: "queued", stopped: "stopped", capped: "stopped", gaveUp: "stopped" } as const;

function finished(row: ShardState, outcome: RunOutcome, { costNanoUsd, stoppedBy }: Spender, now: Date): ShardState {
  const why = outcome.reason ?? (outcome.state === "stopped" ? stoppedBy : undefined);
  return {
    ...released(row),
    costNanoUsd,
    stage: stageAfter[outcome.state],
    calls: row.calls + outcome.calls,
    paidAgain: row.paidAgain + outcome.mayBePaidAgain,
    ...(why === undefined ? {} : { why }),
    failures: countFailures(outcome.failures).slice(0, keptReasons),
    enqueuedAt: now.toISOString(),
  };
}

function released({ worker: _, heartbeatAt: __, ...row }: ShardState): ShardState {
  return row;
}

function logFailures({ failures }: RunOutcome, { gateId, shardId }: ShardMessage, { log }: GatePorts): void {
  if (failures.length > 0) log.warn("shard.failures", { gateId, shardId, why: failureSummary(failures).slice(0, 5) });
}

/** The set of finished rows decides, not a counter: a shard that is finished twice is finished once. */
export async function finishIfLast(gate: Gate, ports: GatePorts): Promise<void> {
  const shards = await ports.store.shards.list(gate.repositoryId, `${gate.gateId}:`);
  const open = shards.some(({ stage }) => stage === "queued" || stage === "running");
  if (open || shards.length < (gate.shards ?? Number.POSITIVE_INFINITY)) return;
  await ports.queues.conclude({ repositoryId: gate.repositoryId, gateId: gate.gateId });
}
