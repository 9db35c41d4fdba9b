import type { Clock } from "../clock.ts";
import type { Planned } from "../gate/build-plan.ts";
import { callLimits } from "../gate/call-limits.ts";
import { readCases } from "../gate/judge.ts";
import { judgeRun } from "../gate/judge-run.ts";
import type { GatePorts } from "../gate/ports.ts";
import { createSampleReader } from "../gate/read-samples.ts";
import { runPlan } from "../gate/run-plan.ts";
import { costNanoUsd, priceOf } from "../prices/price-book.ts";
import { pricedAs } from "../prices/priced-as.ts";
import { redact } from "../redaction/redact.ts";
import { readRepository } from "../repository/read-repository.ts";
import type { Operation } from "./operation.ts";
import { type PlannedSmoke, planSmoke, type SmokeSubject } from "./plan-smoke.ts";
import { pointerText } from "./pointer-of.ts";
import type { ReleaseStore } from "./release-store.ts";
import { type OpenTargets, samePointer } from "./target-port.ts";

type ModelClient = Awaited<ReturnType<GatePorts["model"]>>;

export interface SmokeVerdict {
  verdict: "pass" | "fail";
  reason: string;
}

export interface SmokePorts {
  /** What suites run with everywhere. */
  gate: GatePorts;
  releases: Pick<ReleaseStore, "release">;
  targets: OpenTargets;
  /** Asks the models of the account that a target names. */
  modelAt(endpoint: string | undefined): Promise<ModelClient>;
  /** Asks one version of an agent of the project that a target names. */
  agentAt(endpoint: string | undefined, agent: { name: string; version: string }): Promise<ModelClient>;
  verdicts: {
    read(repositoryId: number, releaseId: string): Promise<SmokeVerdict | undefined>;
    write(repositoryId: number, releaseId: string, verdict: SmokeVerdict): Promise<void>;
  };
  clock: Clock;
}

type Smoke = SmokeVerdict | { verdict: "running"; reason: string };

/** One worker's turn; what is left is the next one's. Rollbacks wait for no longer. */
const turnMs = 20_000;

/** Runs the declared smoke suites against what was made for a release. Samples and verdict are kept: nothing is paid twice. */
export async function smokeRelease(operation: Operation, ports: SmokePorts): Promise<Smoke> {
  const { repositoryId, releaseId } = operation;
  const known = await ports.verdicts.read(repositoryId, releaseId);
  if (known) return known;
  const { smoke: before, refused } = await notServing(operation, ports);
  const ran = before ?? (await runSuites(operation, ports));
  // The suites say more of what refuses calls; where they find nothing, it is refused all the same.
  const smoke = ran.verdict === "pass" && refused !== undefined ? notAnswering(refused) : ran;
  if (smoke.verdict !== "running") await ports.verdicts.write(repositoryId, releaseId, smoke);
  return smoke;
}

/** Nothing where all that is about to be flipped to answers: the data plane learns of a new name minutes after it is made. */
async function notServing(
  { repositoryId, repository, steps }: Operation,
  ports: SmokePorts,
): Promise<{ smoke?: Smoke; refused?: string }> {
  let refused: string | undefined;
  const targets = await ports.targets({ id: repositoryId, fullName: repository });
  for (const { target, from, to } of steps) {
    if ((to?.kind !== "deployment" && to?.kind !== "agent") || samePointer(from, to)) continue;
    const result = await targets[target.kind].probe(target, to);
    if (result.kind === "gone") return { smoke: notAnswering(`${target.alias}: ${result.code}: ${result.reason}`) };
    if (result.kind === "answered" && result.asExpected === false)
      return { smoke: notAnswering(`${target.alias}: ${result.served} answered in place of ${pointerText(to)}`) };
    if (result.kind === "answered") continue;
    const reason = `${target.alias}: ${result.reason}`;
    // No evidence that it serves is no reason to flip to it: asked again until the stage's time is over.
    if (result.kind === "notYet" || !result.refused) return { smoke: { verdict: "running", reason } };
    refused ??= reason;
  }
  return refused === undefined ? {} : { refused };
}

async function runSuites(operation: Operation, ports: SmokePorts): Promise<Smoke> {
  const planned = await planOf(operation, ports);
  if ("verdict" in planned) return planned;
  return "problem" in planned ? fail(planned.problem) : runPlanned(operation, planned, ports);
}

async function planOf(operation: Operation, ports: SmokePorts): Promise<SmokeVerdict | PlannedSmoke> {
  const { repositoryId, repository, releaseId } = operation;
  const release = await ports.releases.release(repositoryId, releaseId);
  if (!release) return { problem: `the release ${releaseId} has no row` };
  const { reader } = await ports.gate.open({ repositoryId, repository });
  const read = await readRepository(reader, release.commit, { cache: ports.gate.blobCache(repositoryId) });
  const manifest = read.releases.find(({ name }) => name === release.name);
  if (!manifest?.smoke?.suites.length) return { verdict: "pass", reason: "no smoke suites are declared" };
  const subjects = operation.steps.flatMap(({ target, from, to, spec }): SmokeSubject[] => {
    const own = manifest.targets.find(({ id }) => id === target.id);
    if (own?.kind === "agent" && to?.kind === "agent" && !samePointer(from, to))
      return [{ deployment: agentName(own.alias, own.to.version), prompt: own.to.prompt, parameters: {} }];
    if (own?.kind !== "deployment" || to?.kind !== "deployment" || !spec) return [];
    return [{ deployment: to.deployment, model: to.model, parameters: own.to.parameters }];
  });
  if (subjects.length === 0) return { verdict: "pass", reason: "nothing was made that smoke suites could call" };
  return planSmoke(read, manifest, subjects, { releaseId, commit: release.commit });
}

async function runPlanned(operation: Operation, { plan, shards }: Planned, ports: SmokePorts): Promise<Smoke> {
  const { state, reason = state } = await callModel(operation, shards, ports);
  if (state === "more") return { verdict: "running", reason: "smoke suites are running" };
  if (state !== "done") return fail(reason);
  const samples = createSampleReader(operation.repositoryId, ports.gate.samples);
  const said: string[] = [];
  for (const comparison of plan.comparisons) {
    const { verdict } = judgeRun(comparison, await readCases(comparison, samples), plan, false);
    const what = `${comparison.suite} on ${comparison.prompt}: ${verdict.reason}`;
    // So few cases seldom prove a floor; they show where one is missed.
    if (verdict.verdict === "regressed" || verdict.verdict === "notEvaluated") return fail(what);
    said.push(what);
  }
  return { verdict: "pass", reason: said.join("; ") };
}

async function callModel(operation: Operation, shards: Planned["shards"], ports: SmokePorts) {
  const { repositoryId, releaseId } = operation;
  const { gate, clock } = ports;
  const [first] = shards;
  // Its number is no name of a model, and has no price.
  const prices = pricedAs(gate.prices, shards);
  const own = shards.map((shard) => ({ ...shard, samplesPath: `${repositoryId}/${shard.samplesPath}` }));
  return runPlan(
    own,
    { gateId: releaseId, concurrency: gate.concurrency, deadline: new Date(clock.now().getTime() + turnMs) },
    {
      ...gate,
      ...(first ? await callLimits(repositoryId, first, releaseId, gate) : {}),
      model: await modelOf(operation, ports),
      embedder: await gate.embedder(),
      kept: gate.judgements(repositoryId),
      redact: (text) => redact(text).text,
      costOf: (deployment, usage) => {
        const price = priceOf(prices, deployment, clock.now());
        return price && costNanoUsd(price, usage);
      },
    },
  );
}

/** What was made is asked where it was made; judges where they always are. */
async function modelOf({ steps }: Operation, { gate, modelAt, agentAt }: SmokePorts): Promise<ModelClient> {
  const clients = new Map<string, ModelClient>();
  for (const { target, to } of steps) {
    const { alias: name, endpoint } = target;
    if (to?.kind === "deployment") clients.set(to.deployment, await modelAt(endpoint));
    if (to?.kind === "agent")
      for (const { version } of to.rules)
        clients.set(agentName(name, version), await agentAt(endpoint, { name, version }));
  }
  const others = await gate.model();
  return {
    complete: (request, signal) => (clients.get(request.deployment) ?? others).complete(request, signal),
  };
}

const agentName = (alias: string, version: string) => `${alias}:${version}`;

function notAnswering(reason: string): SmokeVerdict {
  return { verdict: "fail", reason: `a call before the flip: ${reason}` };
}

function fail(reason: string): SmokeVerdict {
  return { verdict: "fail", reason: `smoke suites: ${reason}` };
}
