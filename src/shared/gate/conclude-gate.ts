import type { ConcludeMessage } from "../deliveries/delivery.ts";
import { failureSummary } from "../evals/run-shard.ts";
import type { Shard } from "../evals/shard.ts";
import { decideGate } from "./decide.ts";
import { sideFigures } from "./figures.ts";
import { findFlips } from "./flips.ts";
import { pullKey } from "./gate-store.ts";
import { orGiveUp } from "./give-up.ts";
import { type CaseSamples, judge, readCases } from "./judge.ts";
import { withLease } from "./lease.ts";
import { type Plan, type PlannedComparison, planPath, shardPath } from "./plan.ts";
import type { GatePorts } from "./ports.ts";
import { publishReport } from "./publish.ts";
import { createSampleReader } from "./read-samples.ts";
import type { Flip, GateReport } from "./report.ts";
import type { Gate, ShardState } from "./schema.ts";

/** Compares, decides, stores the evidence, and tells. Safe to repeat: what is told already is not told twice. */
export async function concludeGate({ repositoryId, gateId }: ConcludeMessage, ports: GatePorts): Promise<void> {
  const due = (gate: Gate) => gate.stage === "running" || gate.stage === "concluding";
  await withLease(repositoryId, gateId, due, (gate) => orGiveUp(gate, () => conclude(gate, ports), ports), ports);
}

async function conclude(gate: Gate, ports: GatePorts): Promise<void> {
  const shards = await ports.store.shards.list(gate.repositoryId, `${gate.gateId}:`);
  const overdue = ports.clock.now().toISOString() > gate.deadline;
  if (!overdue && shards.some(({ stage }) => stage === "queued" || stage === "running")) return;
  const plan = await ports.store.plans.read(gate.repositoryId, planPath(gate.gateId));
  if (!plan) throw new TypeError(`gate ${gate.gateId} has no plan`);
  await publishReport(gate, plan, await buildReport(gate, plan, shards, ports), ports);
}

/** Everything that the gate has to say, from the plan and the stored samples alone. */
export async function buildReport(
  gate: Gate,
  plan: Plan,
  shards: readonly ShardState[],
  ports: GatePorts,
): Promise<GateReport> {
  const reader = createSampleReader(gate.repositoryId, ports.samples);
  const cases: [PlannedComparison, CaseSamples[]][] = [];
  for (const comparison of plan.comparisons) cases.push([comparison, await readCases(comparison, reader)]);
  const judged = cases.map(([comparison, samples]) => judge(comparison, samples, plan));
  const readShard = rememberedShards(gate, ports);
  const flips: Flip[] = [];
  for (const [index, [comparison, samples]] of cases.entries()) {
    const own = judged[index];
    if (own && !flips.some((flip) => flip.suite === comparison.suite && flip.prompt === comparison.prompt)) {
      flips.push(...(await findFlips(comparison, own, samples, readShard)));
    }
  }
  const { number, headSha, baseSha, kind, repository, createdAt } = gate;
  const pull = number === undefined ? undefined : await ports.store.pulls.get(gate.repositoryId, pullKey(number));
  const okBy = pull?.value.okSha === headSha ? pull.value.okBy : undefined;
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
    figures: plan.runs.map((run) => sideFigures(run, cases, gate.gateId)),
    diffs: plan.diffs,
    flips,
    edits: plan.edits,
    findings: plan.findings,
    failures: [
      ...failureSummary(shards.flatMap(({ failures }) => failures)),
      ...stopReasons(shards),
      ...unfinished(shards),
    ],
    calls: {
      planned: shards.reduce((sum, { samples }) => sum + samples, 0),
      failed: shards.reduce((sum, { failures }) => sum + failures.length, 0),
    },
    startedAt: createdAt,
    concludedAt: ports.clock.now().toISOString(),
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
