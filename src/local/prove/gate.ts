import { rm } from "node:fs/promises";
import { type GitHubLine, type Judgement, judge } from "./judge.ts";
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

/** Workers side by side; each dies of its own order while the others go on. */
const workerCount = 3;
/** An order that is not met within this time goes back to the end of the list: another worker did that write. */
const orderMs = 8000;
const mostTries = 5;
/** No order is given any more after this time: a proof ends within its ten minutes, and says which it did not give. */
const killingMs = 400_000;
const settleMs = 120_000;
const sabotagedSettleMs = 30_000;
/** What comes after the last conclusion is judged too. */
const quietMs = 2000;

/** Kills the built app before and after every write that it makes, under load, and lets the stand-ins' logs judge. */
export async function proveGate(options: ProofOptions): Promise<ProofOutcome> {
  const { root, app, tell, sabotage } = options;
  const started = performance.now();
  const { firstUse, everyPull } = await rehearse({ root, app });
  tell(`${firstUse.length + everyPull.length} kill points, ${firstUse.length} of them at the first use of the storage`);
  const house = await openProofHouse({ root, app, ...(sabotage ? { sabotage } : {}) });
  const settle = sabotage ? sabotagedSettleMs : settleMs;
  const points = { firstUse: firstUse.slice(0, options.limit), everyPull: everyPull.slice(0, options.limit) };
  let failed = true;
  try {
    const killingEnds = Date.now() + killingMs;
    await house.announce();
    await killAt(house, points.firstUse, { abreast: 1, until: killingEnds, tell });
    await house.start([undefined]);
    // A gate beside the baseline would ask for the same samples before either has stored them.
    if (!(await house.concluded(house.first, "assay / baseline", settle))) tell("the baseline did not conclude");
    await house.killAll();
    await killAt(house, points.everyPull, { abreast: workerCount, until: killingEnds, tell });
    // Workers that are told to live finish what is left.
    await house.start([undefined, undefined]);
    await settled(house, Date.now() + settle, tell);
    const judgement = judge({
      heads: house.heads,
      github: readGitHubLog(house.githubLog),
      model: readModelLog(house.modelLog),
      kills: readKillLog(house.killLog),
      points: [...points.firstUse, ...points.everyPull].map(nameOf),
      wantedCalls: (house.heads.length + 1) * casesOfRepository,
    });
    const ok = judgement.problems.length + judgement.unproven.length === 0;
    failed = !ok && !sabotage;
    const seconds = Math.round((performance.now() - started) / 1000);
    return { ok, sabotage: sabotage ?? null, seconds, ...judgement };
  } finally {
    await house.stop();
    // What was found wrong can be looked up in the logs that judged it.
    if (failed) tell(`the stand-ins' logs are in ${house.folder}`);
    else await rm(house.folder, { recursive: true, force: true });
  }
}

interface Killing {
  /** Workers at a time, each with an order and a pull request of its own; one alone works on what is there. */
  abreast: number;
  until: number;
  tell(line: string): void;
}

async function killAt(
  house: ProofHouse,
  points: readonly WritePoint[],
  { abreast, until, tell }: Killing,
): Promise<void> {
  const waiting = points.map((point) => ({ point, tries: 0 }));
  while (waiting.length > 0 && Date.now() < until) {
    const orders = waiting.splice(0, abreast);
    const workers = await house.start(orders.map(({ point }) => point));
    if (abreast > 1) for (const _ of orders) await house.openPull();
    await Promise.race([
      Promise.all(workers.map((worker) => worker.exited)),
      new Promise((resolve) => setTimeout(resolve, orderMs)),
    ]);
    await house.killAll();
    const met = new Set(readKillLog(house.killLog).map(({ point }) => point));
    for (const { point, tries } of orders) {
      const isMet = met.has(nameOf(point));
      tell(`${isMet ? "killed" : "not met"} ${nameOf(point)}`);
      if (!isMet && tries + 1 < mostTries) waiting.push({ point, tries: tries + 1 });
    }
  }
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
