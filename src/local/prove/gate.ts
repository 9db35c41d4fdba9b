import { rm } from "node:fs/promises";
import { type GitHubLine, type Judgement, judge, together } from "./judge.ts";
import { killAt } from "./kill-at.ts";
import { openProofHouse, type ProofHouse } from "./proof-house.ts";
import { casesOfRepository } from "./proof-repository.ts";
import { readGitHubLog, readKillLog, readModelLog } from "./read-logs.ts";
import { rehearse } from "./rehearse.ts";
import type { WorkerOrder } from "./worker.ts";
import { nameOf, type WritePoint } from "./write-points.ts";

export interface ProofOptions {
  root: string;
  /** The built app. */
  app: string;
  sabotage?: NonNullable<WorkerOrder["sabotage"]>;
  tell(line: string): void;
  /** Most kill points, for a quick look; undefined: all. */
  limit?: number;
}

export interface ProofOutcome extends Judgement {
  ok: boolean;
  sabotage: string | null;
  seconds: number;
}

const workerCount = 3;
const patienceMs = 8000;
/** Nobody else does the write of a worker that is alone. */
const alonePatienceMs = 40_000;
const killingMs = 400_000;
const settleMs = 120_000;
/** What is left of ten minutes when no order is given any more. */
const afterKillingMs = 140_000;
const sabotagedSettleMs = 30_000;
/** What comes after the last conclusion is judged too. */
const quietMs = 2000;

/** Kills the built app before and after every write that it makes, under load, and lets the stand-ins' logs judge. */
export async function proveGate(options: ProofOptions): Promise<ProofOutcome> {
  const { root, app, tell, sabotage, limit } = options;
  const started = performance.now();
  const rehearsal = await rehearse({ root, app });
  const firstUse = rehearsal.firstUse.slice(0, limit);
  const everyPull = rehearsal.everyPull.slice(0, limit);
  tell(
    `${firstUse.length + everyPull.length} writes to die at, ${firstUse.length} of them on storage that nobody has used`,
  );
  const until = Date.now() + killingMs;
  const prove = (points: readonly WritePoint[], part: Part) => proveIn(points, part, { ...options, until });
  const parts: Judgement[] = [];
  const unused = byLabel(firstUse);
  while (unused.length > 0) {
    const abreast = unused.splice(0, workerCount);
    parts.push(...(await Promise.all(abreast.map((points) => prove(points, "unused")))));
  }
  parts.push(await prove(everyPull, "used"));
  const judgement = together(parts);
  const ok = judgement.problems.length + judgement.unproven.length === 0;
  const seconds = Math.round((performance.now() - started) / 1000);
  return { ok, sabotage: sabotage ?? null, seconds, ...judgement };
}

/** `unused`: the storage is fresh, and the baseline's own workers die; `used`: pull requests' workers die side by side. */
type Part = "unused" | "used";

async function proveIn(
  points: readonly WritePoint[],
  part: Part,
  { root, app, sabotage, tell, until }: ProofOptions & { until: number },
): Promise<Judgement> {
  const house = await openProofHouse({ root, app, ...(sabotage ? { sabotage } : {}) });
  const settle = sabotage ? sabotagedSettleMs : settleMs;
  let keep = true;
  try {
    await house.announce();
    const idle = async () => {};
    if (part === "unused")
      await killAt(house, points, idle, { abreast: 1, mostTries: 1, patienceMs: alonePatienceMs, until, tell });
    await house.start([undefined]);
    // A gate beside the baseline would ask for the same samples before either has stored them.
    if (!(await house.concluded(house.first, "assay / baseline", settle))) tell("the baseline did not conclude");
    if (part === "unused") await house.openPull();
    else {
      await house.killAll();
      await killAt(house, points, house.openPull, { abreast: workerCount, mostTries: 5, patienceMs, until, tell });
      // Workers that are told to live finish what is left.
      await house.start([undefined, undefined]);
    }
    // A machine that is busy with other things may need longer for the backlog; the proof still ends within its ten minutes.
    await settled(house, sabotage ? Date.now() + settle : Math.max(Date.now() + settle, until + afterKillingMs), tell);
    const judgement = judge({
      heads: house.heads,
      github: readGitHubLog(house.githubLog),
      model: readModelLog(house.modelLog),
      kills: readKillLog(house.killLog),
      points: points.map(nameOf),
      wantedCalls: (house.heads.length + 1) * casesOfRepository,
    });
    keep = judgement.problems.length > 0 && !sabotage;
    return judgement;
  } finally {
    await house.stop();
    // What was found wrong can be looked up in the logs that judged it.
    if (keep) tell(`the stand-ins' logs are in ${house.folder}`);
    else await rm(house.folder, { recursive: true, force: true });
  }
}

/**
 * Before and after one write belong together: who died before it has left it to be done. A message that was not taken off
 * its queue comes back after ten minutes only, so each of its two has a house of its own.
 */
function byLabel(points: readonly WritePoint[]): WritePoint[][] {
  const house = (point: WritePoint) => (point.label.startsWith("queue DELETE") ? nameOf(point) : point.label);
  return [...Map.groupBy(points, house).values()];
}

/** One deadline for all: under sabotage some never conclude, and the proof has to say so within its ten minutes. */
async function settled(house: ProofHouse, deadline: number, tell: (line: string) => void): Promise<void> {
  for (const { pull, sha } of house.heads) {
    const timeoutMs = Math.max(500, deadline - Date.now());
    if (!(await house.concluded(sha, "assay / gate", timeoutMs))) tell(`pull request ${pull} did not conclude`);
  }
  await house.webhooksSettled();
  const lastWrite = () => Date.parse(readGitHubLog(house.githubLog).findLast(isWriteOfApp)?.at ?? "");
  while (Date.now() < deadline && Date.now() - lastWrite() < quietMs) {
    await new Promise((resolve) => setTimeout(resolve, quietMs / 4));
  }
}

function isWriteOfApp({ method, actor }: GitHubLine): boolean {
  return actor === "installation" && method !== "GET";
}
