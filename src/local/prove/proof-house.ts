import { appendFileSync } from "node:fs";
import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { startAzurite } from "../azurite.ts";
import { seedRepository } from "../github/seed.ts";
import { startGitHubStandIn } from "../github/start.ts";
import { startModelStandIn } from "../model/start.ts";
import { callGitHub, waitForCheck } from "../story/github-user.ts";
import { cloneRepository } from "../story/working-copy.ts";
import { openFrontDoor } from "./front-door.ts";
import { proofPrompt, writeProofRepository } from "./proof-repository.ts";
import type { WorkerOrder } from "./worker.ts";
import { startWorker, type WorkerProcess } from "./worker-process.ts";
import type { WritePoint } from "./write-points.ts";

/** Storage, GitHub, a model and one repository, in which workers come and go. */
export interface ProofHouse {
  folder: string;
  githubLog: string;
  modelLog: string;
  killLog: string;
  /** The commit that becomes the baseline once its push is announced. */
  first: string;
  heads: { pull: number; sha: string }[];
  /** Starts workers that die at these writes (undefined: at none); those that die while they start are left out. */
  start(kills: readonly (WritePoint | undefined)[]): Promise<WorkerProcess[]>;
  /** Kills whoever still lives. */
  killAll(): Promise<void>;
  announce(): Promise<void>;
  openPull(): Promise<void>;
  /** False where the check did not conclude in time. */
  concluded(sha: string, check: string, timeoutMs: number): Promise<boolean>;
  webhooksSettled(): Promise<void>;
  stop(): Promise<void>;
}

const webhookSecret = "proof";
const modelKey = "proof";

/** Shortened times: heartbeats and sweeps are settings; the queue's ten minutes stay, so that nothing may rely on them. */
const times = {
  ASSAY_HEARTBEAT_SECONDS: "0.7",
  ASSAY_OVERDUE_SECONDS: "4",
  ASSAY_PROGRESS_SECONDS: "0.5",
  ASSAY_MINUTE_SCHEDULE: "* * * * * *",
  ASSAY_HOUR_SCHEDULE: "*/5 * * * * *",
  ASSAY_SHARD_CONCURRENCY: "2",
};

export async function openProofHouse(
  options: { app: string; root: string } & Pick<WorkerOrder, "sabotage">,
): Promise<ProofHouse> {
  const folder = await mkdtemp(path.join(tmpdir(), "assay-proof-"));
  const [githubLog, modelLog, killLog] = ["github", "model", "kills"].map((name) =>
    path.join(folder, `${name}.jsonl`),
  ) as [string, string, string];
  for (const log of [githubLog, modelLog, killLog]) await writeFile(log, "");
  const storage = await startAzurite();
  const model = await startModelStandIn({ port: 0, seed: 1, key: modelKey, latencyMs: 25, logFile: modelLog });
  const github = await startGitHubStandIn({ port: 0, webhookSecret, logFile: githubLog });
  const door = await openFrontDoor();
  const repository = await github.addRepository({ owner: "acme", name: "proof", writers: ["ada"] });
  await writeProofRepository(path.join(folder, "seed"));
  const first = await seedRepository(repository, path.join(folder, "seed"));
  const endpoint = (service: string) =>
    new URL(new RegExp(`${service}Endpoint=([^;]+)`).exec(storage.connectionString)?.[1] ?? "").origin;
  const order: WorkerOrder = {
    ...options,
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
  };
  const user = { restUrl: github.restUrl, token: github.tokenFor("ada"), repository: "acme/proof" };
  const copy = await cloneRepository(github.remoteFor("ada", repository), "ada");
  github.sendWebhooksTo(`${door.url}/api/github/webhook`);
  const heads: ProofHouse["heads"] = [];
  let workers: WorkerProcess[] = [];
  const doorFollows = () => door.setWorkers(workers.filter((worker) => worker.alive()).map(({ url }) => url));

  const house: ProofHouse = {
    folder,
    githubLog,
    modelLog,
    killLog,
    first,
    heads,
    async start(kills) {
      const begun = await Promise.all(
        kills.map((at) =>
          startWorker({ ...order, ...(at ? { kill: { at, log: killLog } } : {}) }).catch(() => undefined),
        ),
      );
      workers = begun.filter((worker) => worker !== undefined);
      for (const worker of workers) void worker.exited.then(doorFollows);
      doorFollows();
      return workers;
    },
    async killAll() {
      await Promise.all(
        workers
          .filter((worker) => worker.alive())
          .map(async (worker) => {
            appendFileSync(killLog, `${JSON.stringify({ at: Date.now() })}\n`);
            await worker.kill();
          }),
      );
      doorFollows();
    },
    announce: () => github.announce(repository, "main", first),
    async openPull() {
      const change = heads.length + 1;
      const branch = `change-${change}`;
      await copy.branchFrom(branch, "origin/main");
      const sha = await copy.commit("prompts/proof.prompt.md", proofPrompt(change), `Change ${change}`);
      const opened = { title: branch, head: branch, base: "main" };
      const { number } = await callGitHub<{ number: number }>(user, "POST", "pulls", opened);
      heads.push({ pull: number, sha });
    },
    concluded: (sha, check, timeoutMs) =>
      waitForCheck(user, sha, check, { timeoutMs }).then(
        () => true,
        () => false,
      ),
    webhooksSettled: () => github.state.webhooks.settled(),
    async stop() {
      await house.killAll();
      await copy.remove();
      door.stop();
      await github.stop();
      await model.stop();
      await storage.stop();
    },
  };
  return house;
}
