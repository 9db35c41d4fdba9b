import type { Clock } from "../clock.ts";
import type { Planned } from "../gate/build-plan.ts";
import { callLimits } from "../gate/call-limits.ts";
import { readCases } from "../gate/judge.ts";
import { judgeRun } from "../gate/judge-run.ts";
import type { GatePorts } from "../gate/ports.ts";
import { createSampleReader } from "../gate/read-samples.ts";
import { runPlan } from "../gate/run-plan.ts";
import { costNanoUsd, priceOf } from "../prices/price-book.ts";
import { redact } from "../redaction/redact.ts";
import { readRepository } from "../repository/read-repository.ts";
import type { Operation } from "./operation.ts";
import { type PlannedSmoke, planSmoke, type SmokeSubject } from "./plan-smoke.ts";
import type { ReleaseStore } from "./release-store.ts";

export interface SmokeVerdict {
  verdict: "pass" | "fail";
  reason: string;
}

export interface SmokePorts {
  /** What suites run with everywhere. */
  gate: GatePorts;
  releases: Pick<ReleaseStore, "release">;
  verdicts: {
    read(repositoryId: number, releaseId: string): Promise<SmokeVerdict | undefined>;
    write(repositoryId: number, releaseId: string, verdict: SmokeVerdict): Promise<void>;
  };
  clock: Clock;
}

type Smoke = SmokeVerdict | { verdict: "running"; reason: string };

/** One worker's turn; what is left is the next one's. */
const turnMs = 120_000;

/** Runs the declared smoke suites against what was made for a release. Samples and verdict are kept: nothing is paid twice. */
export async function smokeRelease(operation: Operation, ports: SmokePorts): Promise<Smoke> {
  const { repositoryId, releaseId } = operation;
  const known = await ports.verdicts.read(repositoryId, releaseId);
  if (known) return known;
  const planned = await planOf(operation, ports);
  if ("verdict" in planned) return planned;
  const smoke = "problem" in planned ? fail(planned.problem) : await runPlanned(operation, planned, ports);
  if (smoke.verdict !== "running") await ports.verdicts.write(repositoryId, releaseId, smoke);
  return smoke;
}

async function planOf(operation: Operation, ports: SmokePorts): Promise<SmokeVerdict | PlannedSmoke> {
  const { repositoryId, repository, releaseId } = operation;
  const release = await ports.releases.release(repositoryId, releaseId);
  if (!release) return { problem: `the release ${releaseId} has no row` };
  const { reader } = await ports.gate.open({ repositoryId, repository });
  const read = await readRepository(reader, release.commit, { cache: ports.gate.blobCache(repositoryId) });
  const manifest = read.releases.find(({ name }) => name === release.name);
  if (!manifest?.smoke?.suites.length) return { verdict: "pass", reason: "no smoke suites are declared" };
  const subjects = operation.steps.flatMap(({ target, to, spec }): SmokeSubject[] => {
    const own = manifest.targets.find(({ id }) => id === target.id);
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

async function callModel({ repositoryId, releaseId }: Operation, shards: Planned["shards"], ports: SmokePorts) {
  const { gate, clock } = ports;
  const [first] = shards;
  const own = shards.map((shard) => ({ ...shard, samplesPath: `${repositoryId}/${shard.samplesPath}` }));
  return runPlan(
    own,
    { gateId: releaseId, concurrency: gate.concurrency, deadline: new Date(clock.now().getTime() + turnMs) },
    {
      ...gate,
      ...(first ? await callLimits(repositoryId, first, releaseId, gate) : {}),
      model: await gate.model(),
      embedder: await gate.embedder(),
      kept: gate.judgements(repositoryId),
      redact: (text) => redact(text).text,
      costOf: (deployment, usage) => {
        const price = priceOf(gate.prices, deployment, clock.now());
        return price && costNanoUsd(price, usage);
      },
    },
  );
}

function fail(reason: string): SmokeVerdict {
  return { verdict: "fail", reason: `smoke suites: ${reason}` };
}
