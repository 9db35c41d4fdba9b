import { buildPlan, type Planned } from "./build-plan.ts";
import { baselineCheck, gateCheck } from "./check-names.ts";
import { groupWaitingText } from "./check-text.ts";
import type { Checks, PullRequest } from "./code-host.ts";
import { showEstimate } from "./estimate-gate.ts";
import { blockingFindings } from "./findings.ts";
import { pullKey, shardKey, update } from "./gate-store.ts";
import { orGiveUp } from "./give-up.ts";
import { groupWaits } from "./group-waits.ts";
import { inBatches } from "./in-batches.ts";
import { withLease } from "./lease.ts";
import { measuredMoves } from "./measured-moves.ts";
import { nothingToRun } from "./nothing-to-run.ts";
import { planPath, shardPath } from "./plan.ts";
import type { GatePorts } from "./ports.ts";
import { publishNothingToDo, publishWaiting } from "./publish.ts";
import { publishUnrun } from "./publish-unrun.ts";
import { mustWait } from "./pull-state.ts";
import { readSides } from "./read-sides.ts";
import { withMoves } from "./route-moves.ts";
import type { Gate } from "./schema.ts";
import { shardRow } from "./shard-row.ts";
import { closeSuperseded } from "./supersede.ts";
import { unrunComment } from "./unrun-comment.ts";

/** Plans a gate: what runs on which subject, stored before the first call. Safe to repeat: the same commits give the same plan. */
export async function planGate(repositoryId: number, gateId: string, ports: GatePorts): Promise<void> {
  const open = (gate: Gate) => gate.stage === "planning" || gate.stage === "waiting";
  await withLease(repositoryId, gateId, open, (gate) => orGiveUp(gate, () => plan(gate, ports), ports), ports);
}

async function plan(stored: Gate, ports: GatePorts): Promise<void> {
  const host = await ports.open(stored);
  const gate = await openCheck(stored, host.checks, ports);
  if (!gate) return;
  if (gate.number !== undefined) {
    const waits = await forkWaits(await host.pulls.get(gate.number), gate, ports);
    if (waits) return publishWaiting(gate, host, ports);
  }
  if (gate.kind === "mergeGroup") {
    const waiting = await groupWaits(gate, host, ports);
    if (waiting.length > 0) return publishWaiting(gate, host, ports, groupWaitingText(waiting));
  }
  const sides = await readSides(gate, host, ports);
  if (!sides) return publishNothingToDo(gate, "No AI assets changed", host, ports);
  const planned = buildPlan(gate, sides, ports.showReleases);
  const { releases, routeDiffs } = planned.plan;
  if (releases.length > 0) planned.plan.releases = await ports.markReleases(gate.repositoryId, releases);
  const moved = await withMoves(gate.repositoryId, routeDiffs, sides.head.routes, ports);
  planned.plan.routeDiffs = await measuredMoves(gate, moved, ports);
  const { findings, overBudget } = planned.plan;
  if (blockingFindings(findings).length > 0 || overBudget.length > 0) return publishUnrun(gate, planned.plan, ports);
  if (planned.plan.runs.length === 0) {
    const title = nothingToRun(sides);
    return publishNothingToDo(gate, title, host, ports, unrunComment(gate.headSha, title, planned.plan));
  }
  await start(gate, planned, host.checks, ports);
}

/** One check run a commit: a later gate on it takes over the run that is there, whoever's crash left it. */
async function openCheck(gate: Gate, checks: Checks, ports: GatePorts): Promise<Gate | undefined> {
  const name = gate.kind === "baseline" ? baselineCheck : gateCheck;
  const content = {
    status: "in_progress",
    title: "Reading the change",
    summary: "Prompts and suites are being read.",
  } as const;
  const [run] = await checks.find(gate.headSha, name);
  let checkRunId = run?.id;
  if (!run) {
    checkRunId = (await checks.create({ ...content, name, headSha: gate.headSha, externalId: gate.gateId })).id;
  } else if (run.externalId !== gate.gateId || run.status === "completed") {
    await checks.update(run.id, { ...content, externalId: gate.gateId });
  }
  const known = await update(ports.store.gates, gate.repositoryId, gate.gateId, (now) => ({
    ...now,
    ...(checkRunId ? { checkRunId } : {}),
  }));
  if (known?.stage !== "superseded") return known;
  // The head moved while the check was being made: its end was announced before there was a check to end.
  await closeSuperseded(known, ports);
  return undefined;
}

async function forkWaits(pull: PullRequest, gate: Gate, ports: GatePorts): Promise<boolean> {
  const state = await ports.store.pulls.get(gate.repositoryId, pullKey(pull.number));
  return state !== undefined && mustWait({ ...pull, headSha: gate.headSha }, state.value);
}

/** Rows, then the stage, then messages: a worker that dies in between leaves what the sweep completes. */
async function start(gate: Gate, { plan, shards }: Planned, checks: Checks, ports: GatePorts): Promise<void> {
  const { store, queues, clock } = ports;
  const { repositoryId, gateId } = gate;
  await inBatches(shards, (shard) => ports.shards.write(repositoryId, shardPath(gateId, shard.shardId), shard));
  await store.plans.write(repositoryId, planPath(gateId), plan);
  const now = clock.now();
  await inBatches(shards, async (shard) => {
    const samples = shard.items.reduce((sum, { repeats }) => sum + repeats, 0);
    await store.shards.insert(repositoryId, shardKey(gateId, shard.shardId), shardRow(shard, samples, plan, now));
  });
  const estimate = await showEstimate(gate, shards, checks, ports);
  const running = await update(store.gates, repositoryId, gateId, (now): Gate | undefined =>
    now.stage === "superseded" ? undefined : { ...now, stage: "running", shards: shards.length, estimate },
  );
  if (!running) return closeAgain(gate, ports);
  ports.log.info("gate.planned", { gateId, runs: plan.runs.length, shards: shards.length });
  await inBatches(shards, ({ shardId }) => queues.shard({ repositoryId, gateId, shardId }));
}

/** The head moved while the estimate was shown: the check that was just written to is closed again. */
async function closeAgain({ repositoryId, gateId }: Gate, ports: GatePorts): Promise<void> {
  const held = await ports.store.gates.get(repositoryId, gateId);
  if (held?.value.stage === "superseded") await closeSuperseded(held.value, ports);
}
