import type { ConcludeMessage, ShardMessage } from "../deliveries/delivery.ts";
import { failureSummary } from "../evals/run-shard.ts";
import type { Shard } from "../evals/shard.ts";
import { sortFindings } from "../repository/finding.ts";
import { answeringModelFindings } from "./answering-model.ts";
import { changedConfiguration } from "./changed-configuration.ts";
import { decideGate } from "./decide.ts";
import { chooseExtensions, drawExtensions, storeExtensions } from "./extend-gate.ts";
import { sideFigures } from "./figures.ts";
import { pullKey } from "./gate-store.ts";
import { orGiveUp } from "./give-up.ts";
import { inBatches } from "./in-batches.ts";
import type { CaseSamples } from "./judge.ts";
import { type JudgedPart, judgeGate } from "./judge-gate.ts";
import { withLease } from "./lease.ts";
import { measuredMoves } from "./measured-moves.ts";
import { type Plan, type PlannedComparison, planPath, shardPath } from "./plan.ts";
import type { GatePorts } from "./ports.ts";
import { publishReport } from "./publish.ts";
import { createSampleReader } from "./read-samples.ts";
import { baselinesOf } from "./record-baselines.ts";
import type { GateReport } from "./report.ts";
import type { Gate, ShardState } from "./schema.ts";
import { shownCases } from "./shown-cases.ts";

/**
 * Compares and decides; then draws more repeats where the sample cannot tell and they could, or stores the evidence and
 * tells. Safe to repeat: what is drawn or told already is not drawn or told twice.
 */
export async function concludeGate({ repositoryId, gateId }: ConcludeMessage, ports: GatePorts): Promise<void> {
  const due = ({ stage }: Gate) => stage === "running" || stage === "extending" || stage === "concluding";
  const work = (gate: Gate) => orGiveUp(gate, () => conclude(gate, ports), ports);
  const drawn = await withLease(repositoryId, gateId, due, work, ports);
  // Sent without the lease: who finishes the last of them may conclude at once.
  await inBatches(drawn ?? [], (message) => ports.queues.shard(message));
  if (drawn?.length === 0) await ports.queues.conclude({ repositoryId, gateId });
}

/** The shards that an extension is to run, none where stored samples are enough; undefined where nothing is extended. */
async function conclude(gate: Gate, ports: GatePorts): Promise<ShardMessage[] | undefined> {
  const shards = await ports.store.shards.list(gate.repositoryId, `${gate.gateId}:`);
  const now = ports.clock.now();
  const overdue = now.toISOString() > gate.deadline;
  if (!overdue && shards.some(({ stage }) => stage === "queued" || stage === "running") && gate.stage !== "extending")
    return undefined;
  const plan = await ports.store.plans.read(gate.repositoryId, planPath(gate.gateId));
  if (!plan) throw new TypeError(`gate ${gate.gateId} has no plan`);
  if (gate.stage === "extending" && !overdue) return drawExtensions(gate, plan, ports);
  const parts = await judgeGate({ gate, plan, shards, now }, createSampleReader(gate.repositoryId, ports.samples));
  const chosen = gate.stage === "running" && !overdue ? chooseExtensions(gate, parts, now) : [];
  if (chosen.length > 0) {
    const extending = await storeExtensions(gate, chosen, ports);
    return extending && drawExtensions(extending, plan, ports);
  }
  await publishReport(gate, plan, await buildReport({ gate, plan, shards, parts }, ports), ports);
  return undefined;
}

interface Judged {
  gate: Gate;
  plan: Plan;
  shards: readonly ShardState[];
  parts: readonly JudgedPart[];
}

/** Everything that the gate has to say, from the plan and the stored samples alone. */
async function buildReport({ gate, plan, shards, parts }: Judged, ports: GatePorts): Promise<GateReport> {
  const judged = parts.map((part) => part.judged);
  const readShard = rememberedShards(gate, ports);
  const sampled = parts.map(({ comparison, cases }): [PlannedComparison, CaseSamples[]] => [comparison, cases]);
  const figures = plan.runs.map((run) => sideFigures(run, sampled, gate.gateId));
  const { flips, worst } = await shownCases(parts, readShard);
  const { number, headSha, baseSha, kind, repository, createdAt } = gate;
  const pull = number === undefined ? undefined : await ports.store.pulls.get(gate.repositoryId, pullKey(number));
  const okBy = pull?.value.okSha === headSha ? pull.value.okBy : undefined;
  const concludedAt = ports.clock.now().toISOString();
  const own = { figures, comparisons: judged, concludedAt };
  const routeDiffs = await measuredMoves(gate, plan.routeDiffs, ports, own);
  return {
    gateId: gate.gateId,
    kind,
    repository,
    headSha,
    ...(number === undefined ? {} : { number }),
    ...(baseSha === undefined ? {} : { baseSha }),
    ...(okBy === undefined ? {} : { okBy }),
    mode: plan.mode,
    policyFrom: plan.policyFrom,
    verdict: decideGate(
      judged.filter(({ advisory }) => !advisory).map(({ verdict }) => verdict),
      {
        mode: plan.mode,
        inconclusive: plan.onInconclusive === "block" ? "block" : "warn",
      },
    ),
    comparisons: judged,
    figures,
    diffs: plan.diffs,
    ...changedConfiguration({ ...plan, routeDiffs }),
    flips,
    ...(worst.length > 0 ? { worst } : {}),
    edits: plan.edits,
    findings: sortFindings([...plan.findings, ...answeringModelFindings(plan.runs, figures)]),
    failures: [
      ...failureSummary(shards.flatMap(({ failures }) => failures)),
      ...stopReasons(shards),
      ...unfinished(shards),
    ],
    calls: {
      planned: shards.reduce((sum, { samples }) => sum + samples, 0),
      failed: shards.reduce((sum, { failures }) => sum + failures.reduce((all, { count }) => all + count, 0), 0),
    },
    ...(kind === "baseline" ? { baselines: baselinesOf(gate, plan, own) } : {}),
    startedAt: createdAt,
    concludedAt,
  };
}

function stopReasons(shards: readonly ShardState[]): string[] {
  return [...new Set(shards.flatMap(({ why }) => why ?? []))];
}

function unfinished(shards: readonly ShardState[]): string[] {
  const open = shards.filter(({ stage }) => stage !== "done").length;
  return open === 0 ? [] : [`${open} of ${shards.length} shards did not finish`];
}

function rememberedShards(gate: Gate, ports: GatePorts): (shardId: string) => Promise<Shard | undefined> {
  const known = new Map<string, Promise<Shard | undefined>>();
  return (shardId) => {
    const reading = known.get(shardId) ?? ports.shards.read(gate.repositoryId, shardPath(gate.gateId, shardId));
    known.set(shardId, reading);
    return reading;
  };
}
