import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { startAzurite } from "../azurite.ts";
import { seedRepository } from "../github/seed.ts";
import { startGitHubStandIn } from "../github/start.ts";
import { startModelStandIn } from "../model/start.ts";
import { callGitHub, waitForCheck } from "../story/github-user.ts";
import { cloneRepository } from "../story/working-copy.ts";
import { openFrontDoor } from "./front-door.ts";
import { type Evidence, type Judgement, judge, type ModelLine } from "./judge.ts";
import { casesOfRepository, proofPrompt, writeProofRepository } from "./proof-repository.ts";
import type { WorkerOrder } from "./worker.ts";
import { startWorker, type WorkerProcess } from "./worker-process.ts";
import type { WritePoint } from "./write-points.ts";

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
  killPoints: string[];
  kills: number;
  seconds: number;
}

const webhookSecret = "proof";
const modelKey = "proof";
/** Workers side by side; each dies of its own order while the others go on. */
const workerCount = 3;
/** An order that is not met within this time goes back to the end of the list: another worker did that write. */
const orderMs = 8000;
const settleMs = 120_000;
const sabotagedSettleMs = 30_000;

/** Shortened times: heartbeats and sweeps are settings; the queue's ten minutes stay, so that nothing may rely on them. */
const times = {
  ASSAY_HEARTBEAT_SECONDS: "0.7",
  ASSAY_OVERDUE_SECONDS: "4",
  ASSAY_PROGRESS_SECONDS: "0.5",
  ASSAY_MINUTE_SCHEDULE: "* * * * * *",
  ASSAY_HOUR_SCHEDULE: "*/4 * * * * *",
  ASSAY_SHARD_CONCURRENCY: "2",
};

/** Kills the built app before and after every write that it makes, under load, and lets the stand-ins' logs judge. */
export async function proveGate(options: ProofOptions): Promise<ProofOutcome> {
  const { root, app, tell, sabotage } = options;
  const started = performance.now();
  const folder = await mkdtemp(path.join(tmpdir(), "assay-proof-"));
  const modelLog = path.join(folder, "model.jsonl");
  const storage = await startAzurite();
  const model = await startModelStandIn({ port: 0, seed: 1, key: modelKey, latencyMs: 25, logFile: modelLog });
  const github = await startGitHubStandIn({ port: 0, webhookSecret, logFile: path.join(folder, "github.jsonl") });
  const door = await openFrontDoor();
  const workers: WorkerProcess[] = [];
  let failed = true;
  try {
    const repository = await github.addRepository({ owner: "acme", name: "proof", writers: ["ada"] });
    await writeProofRepository(path.join(folder, "seed"));
    const first = await seedRepository(repository, path.join(folder, "seed"));
    const endpoint = (service: string) =>
      new URL(new RegExp(`${service}Endpoint=([^;]+)`).exec(storage.connectionString)?.[1] ?? "").origin;
    const order: WorkerOrder = {
      app,
      root,
      github: github.url,
      storage: [endpoint("Blob"), endpoint("Queue"), endpoint("Table")],
      env: {
        AssayStorage: storage.connectionString,
        AzureWebJobsStorage: storage.connectionString,
        ASSAY_GITHUB_API_URL: github.restUrl,
        ASSAY_GITHUB_APP_ID: String(github.app.id),
        ASSAY_GITHUB_PRIVATE_KEY: github.app.privateKey,
        ASSAY_GITHUB_WEBHOOK_SECRET: webhookSecret,
        ASSAY_REPOSITORIES: "acme/proof",
        ASSAY_MODEL_URL: model.url,
        ASSAY_MODEL_KEY: modelKey,
        ...times,
      },
      ...(sabotage ? { sabotage } : {}),
    };
    const user = { restUrl: github.restUrl, token: github.tokenFor("ada"), repository: "acme/proof" };
    const copy = await cloneRepository(github.remoteFor("ada", repository), "ada");
    github.sendWebhooksTo(`${door.url}/api/github/webhook`);
    const heads: Evidence["heads"][number][] = [];
    const openPull = async () => {
      const branch = `change-${heads.length + 1}`;
      await copy.branchFrom(branch, "origin/main");
      const sha = await copy.commit(
        "prompts/proof.prompt.md",
        proofPrompt(heads.length + 1),
        `Change ${heads.length + 1}`,
      );
      const { number } = await callGitHub<{ number: number }>(user, "POST", "pulls", {
        title: branch,
        head: branch,
        base: "main",
      });
      heads.push({ pull: number, sha });
    };
    const doorFollows = () => door.setWorkers(workers.filter((worker) => worker.alive()).map(({ url }) => url));

    // One worker that is told to live shows which writes there are.
    const scout = await startWorker(order);
    workers.push(scout);
    doorFollows();
    await github.announce(repository, "main", first);
    // A gate beside the baseline would ask for the same samples before either has stored them.
    await waitForCheck(user, first, "assay / baseline", { timeoutMs: sabotage ? 20_000 : settleMs }).catch(
      () => undefined,
    );
    await openPull();
    if (!sabotage) await waitForCheck(user, heads[0]?.sha ?? "", "assay / gate", { timeoutMs: settleMs });
    else await waitForCheck(user, heads[0]?.sha ?? "", "assay / gate", { timeoutMs: 20_000 }).catch(() => undefined);
    const points = distinct(scout.points()).slice(0, options.limit);
    tell(`${points.length} kill points`);
    await scout.kill();
    workers.splice(0);

    const kills: number[] = [];
    const waiting = [...points];
    const missed = new Map<string, number>();
    while (waiting.length > 0) {
      const orders = waiting.splice(0, workerCount);
      const begun = await Promise.all(orders.map((killAt) => startWorker({ ...order, killAt }).catch(() => undefined)));
      workers.splice(0, workers.length, ...begun.filter((worker) => worker !== undefined));
      doorFollows();
      for (const _ of orders) await openPull();
      await Promise.race([
        Promise.all(workers.map((worker) => worker.exited.then(doorFollows))),
        new Promise((resolve) => setTimeout(resolve, orderMs)),
      ]);
      for (const [index, worker] of begun.entries()) {
        const killAt = orders[index];
        const died = worker?.killedAt();
        if (worker && died !== undefined) {
          kills.push(died);
          tell(`killed ${killAt?.when} ${killAt?.label}`);
        } else if (worker && killAt) {
          const key = `${killAt.when} ${killAt.label}`;
          missed.set(key, (missed.get(key) ?? 0) + 1);
          if ((missed.get(key) ?? 0) < 3) waiting.push(killAt);
          kills.push(Date.now());
          await worker.kill();
        } else kills.push(Date.now());
      }
    }

    // Workers that are told to live finish what is left.
    workers.splice(0, workers.length, await startWorker(order), await startWorker(order));
    doorFollows();
    // One deadline for all: under sabotage some never conclude, and the proof has to say so within its ten minutes.
    const deadline = Date.now() + (sabotage ? sabotagedSettleMs : settleMs);
    for (const { sha } of heads) {
      const timeoutMs = Math.max(500, deadline - Date.now());
      await waitForCheck(user, sha, "assay / gate", { timeoutMs }).catch((thrown: unknown) => tell(String(thrown)));
    }
    await github.state.webhooks.settled();
    await copy.remove();
    const judgement = judge({
      heads,
      github: github.state.log
        .entries()
        .map(({ body, ...line }) => ({ ...line, ...(typeof body === "object" && body !== null ? { body } : {}) })),
      model: await readModelLog(modelLog),
      wantedCalls: (heads.length + 1) * casesOfRepository,
      kills,
    });
    failed = judgement.problems.length > 0 && !sabotage;
    const unmet = [...missed].filter(([, times]) => times >= 3).map(([key]) => key);
    return {
      ok: judgement.problems.length === 0,
      sabotage: sabotage ?? null,
      killPoints: points.map(({ when, label }) => `${when} ${label}`).filter((key) => !unmet.includes(key)),
      kills: kills.length,
      seconds: Math.round((performance.now() - started) / 1000),
      ...judgement,
    };
  } finally {
    await Promise.all(workers.filter((worker) => worker.alive()).map((worker) => worker.kill()));
    door.stop();
    await github.stop();
    await model.stop();
    await storage.stop();
    // What was found wrong can be looked up in the logs that judged it.
    if (failed) tell(`the stand-ins' logs are in ${folder}`);
    else await rm(folder, { recursive: true, force: true });
  }
}

function distinct(points: readonly WritePoint[]): WritePoint[] {
  return [...new Map(points.map((point) => [`${point.when} ${point.label}`, point])).values()];
}

/** A line at the start of a call, and one at its end; time, body and the number of open calls tell them apart. */
async function readModelLog(file: string): Promise<ModelLine[]> {
  const calls = new Map<string, ModelLine>();
  for (const line of (await readFile(file, "utf8")).split("\n").filter(Boolean)) {
    const { at, endAt, digest, inFlight, status }: LoggedCall = JSON.parse(line);
    const endedAt = endAt ? Date.parse(endAt) : undefined;
    calls.set(`${at} ${digest} ${inFlight}`, { digest, startedAt: Date.parse(at), endedAt, status: status ?? 0 });
  }
  return [...calls.values()];
}

interface LoggedCall {
  at: string;
  endAt: string | null;
  digest: string;
  inFlight: number;
  status: number | null;
}
