import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { createBlobs } from "../../../shared/storage/blobs.ts";
import { createReleaseStore } from "../../../shared/storage/release-store.ts";
import { createTables } from "../../../shared/storage/tables.ts";
import { azureSettings, startAzureStandIn } from "../../azure/arm/start.ts";
import { startIssuer } from "../../azure/issuer/start.ts";
import { startAzurite } from "../../azurite.ts";
import { startGitHubStandIn } from "../../github/start.ts";
import { openFrontDoor } from "../front-door.ts";
import type { WorkerOrder } from "../worker.ts";
import { startWorker, type WorkerProcess } from "../worker-process.ts";
import type { WritePoint } from "../write-points.ts";
import { type Adapter, sharedDeployments } from "./adapters.ts";
import type { RollbackOrder } from "./judge.ts";
import { seedRelease } from "./seed-release.ts";
import { createSetUpAzure } from "./set-up-azure.ts";
import { startWitness } from "./start-witness.ts";
import { makeTwoCommits } from "./two-commits.ts";

/** Storage with its witness, stand-ins and workers that come and go; every order has a repository and a target of its own. */
export interface RollbackHouse {
  folder: string;
  azureLog: string;
  githubLog: string;
  tableLog: string;
  killLog: string;
  points: readonly WritePoint[];
  /** Workers whoever dies is replaced, at once. */
  startWorkers(count: number, kills: Record<string, string>): Promise<void>;
  /** A release that can be rolled back, and the question for it. */
  seed(
    adapter: Adapter,
    order: string,
  ): Promise<{ order: Omit<RollbackOrder, "askedAt">; repositoryId: number; ask(): Promise<void> }>;
  /** Calls that are slow and refused now and then, as the real ones are. */
  addLoad(): Promise<void>;
  closed(repositoryId: number, operationId: string): Promise<boolean>;
  stop(): Promise<void>;
}

const tenant = "a55a0000-0000-4000-8000-000000000001";
const audience = "a55a0000-0000-4000-8000-000000000002";
const webhookSecret = "proof";
/** What serves takes so long to change: two workers at one operation would meet there. */
const flipMs = 250;

const never = "0 0 0 1 1 *";

/** Shortened times: lease and sweep are settings; the queue's ten minutes stay, so that nothing may rely on them. */
const times = {
  ASSAY_HEARTBEAT_SECONDS: "0.7",
  ASSAY_OVERDUE_SECONDS: "2",
  ASSAY_MINUTE_SCHEDULE: "*/2 * * * * *",
  ASSAY_HOUR_SCHEDULE: never,
};

export async function openRollbackHouse(options: {
  app: string;
  root: string;
  sabotage?: NonNullable<WorkerOrder["sabotage"]>;
}): Promise<RollbackHouse> {
  const folder = await mkdtemp(path.join(tmpdir(), "assay-rollback-"));
  const [azureLog, githubLog, tableLog, killLog] = ["azure", "github", "tables", "kills"].map((name) =>
    path.join(folder, `${name}.jsonl`),
  ) as [string, string, string, string];
  for (const log of [azureLog, githubLog, tableLog, killLog]) await writeFile(log, "");
  const storage = await startAzurite();
  const origin = (service: string) =>
    new URL(new RegExp(`${service}Endpoint=([^;]+)`).exec(storage.connectionString)?.[1] ?? "").origin;
  const commits = await makeTwoCommits();
  const [azure, issuer, github, witness, door] = await Promise.all([
    startAzureStandIn({ port: 0, seed: 1, logFile: azureLog, quota: 1_000_000, polls: 2, pollSeconds: 1 }),
    startIssuer({ port: 0, tenant, audience }),
    startGitHubStandIn({ port: 0, webhookSecret, logFile: githubLog }),
    startWitness(origin("Table"), tableLog, flipMs),
    openFrontDoor(),
  ]);
  const settings = azureSettings(azure.url);
  // What is set up here passes by the witness: its log holds the app's writes alone.
  const connection = { kind: "connectionString", connectionString: storage.connectionString } as const;
  const world = {
    tables: createTables(connection),
    blobs: createBlobs(connection),
    azure: createSetUpAzure(azure.url, settings.ASSAY_FOUNDRY_ACCOUNTS ?? "", settings.ASSAY_FOUNDRY_PROJECTS ?? ""),
  };
  for (const { name, model } of sharedDeployments) await world.azure.deployment(name, model);
  const seen = storage.connectionString.replace(origin("Table"), witness.url);
  const order: WorkerOrder = {
    ...options,
    github: github.url,
    storage: [origin("Blob"), origin("Queue"), witness.url],
    azure: azure.url,
    env: {
      AssayStorage: seen,
      AzureWebJobsStorage: seen,
      ASSAY_GITHUB_API_URL: github.restUrl,
      ASSAY_GITHUB_APP_ID: String(github.app.id),
      ASSAY_GITHUB_PRIVATE_KEY: github.app.privateKey,
      ASSAY_GITHUB_WEBHOOK_SECRET: webhookSecret,
      ASSAY_REPOSITORIES: "acme/proof",
      ASSAY_MODEL_KEY: "proof",
      ...settings,
      ASSAY_TOKEN_TENANT: tenant,
      ASSAY_TOKEN_AUDIENCE: audience,
      ASSAY_TOKEN_ISSUER: issuer.issuer,
      ...times,
    },
  };
  const token = await issuer.tokenFor("operator");
  const store = createReleaseStore(world.tables);
  await github.addRepository({ owner: "acme", name: "proof" });
  const workers = new Set<WorkerProcess>();
  const points: WritePoint[] = [];
  let isOpen = true;
  const doorFollows = () => door.setWorkers([...workers].map(({ url }) => url));

  async function keepWorker(kills: Record<string, string>, hasTimers: boolean): Promise<void> {
    const env = hasTimers ? order.env : { ...order.env, ASSAY_MINUTE_SCHEDULE: never };
    while (isOpen) {
      const worker = await startWorker({ ...order, env, kills: { at: kills, log: killLog } }, (point) =>
        points.push(point),
      ).catch(() => undefined);
      if (!worker) continue;
      workers.add(worker);
      doorFollows();
      if (!isOpen) await worker.kill();
      await worker.exited;
      workers.delete(worker);
      doorFollows();
    }
  }
  const kept: Promise<void>[] = [];

  return {
    folder,
    azureLog,
    githubLog,
    tableLog,
    killLog,
    points,
    async startWorkers(count, kills) {
      // In Azure timers run on one instance; the next one has them where it dies. Without If-Match all of them ask for the
      // same at once, as queues that deliver at least once may: it is the versions alone that keep two workers apart.
      const all = options.sabotage === "if-match";
      for (let i = 0; i < count; i++) kept.push(keepWorker(kills, all || i === 0));
      while (workers.size < count) await new Promise((resolve) => setTimeout(resolve, 20));
    },
    async seed(adapter, name) {
      const repository = await github.addRepository({ owner: "acme", name });
      await commits.pushTo(repository.dir);
      const fullName = `acme/${name}`;
      const seeded = await seedRelease(adapter, { id: repository.id, fullName, order: name, commits }, world);
      const ask = () => askUntilHeard(`${door.url}/api/releases/r2-${name}/rollback?repository=${fullName}`, token);
      return { order: seeded, repositoryId: repository.id, ask };
    },
    async addLoad() {
      const always = { method: "PATCH", path: "/agents/", count: 100_000 };
      await world.azure.fault({ ...always, kind: "throttled", share: 0.1, retryAfter: 1 });
      await world.azure.fault({ ...always, kind: "slow", ms: flipMs });
      await world.azure.fault({ kind: "slow", method: "PUT", path: "/deployments/place-", count: 100_000, ms: flipMs });
    },
    async closed(repositoryId, operationId) {
      return (await store.operation(repositoryId, operationId))?.operation.stage === "closed";
    },
    async stop() {
      isOpen = false;
      await Promise.all([...workers].map((worker) => worker.kill()));
      await Promise.all(kept);
      door.stop();
      await commits.remove();
      await Promise.all([witness.stop(), azure.stop(), issuer.stop(), github.stop(), storage.stop()]);
    },
  };
}

/** A person whose click meets nobody clicks again. */
async function askUntilHeard(url: string, token: string): Promise<void> {
  const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };
  const body = JSON.stringify({ reason: "the proof asks" });
  for (let tries = 0; tries < 200; tries++) {
    const answer = await fetch(url, { method: "POST", headers, body }).catch(() => undefined);
    if (answer && answer.status < 300) return;
    // A worker that died is no answer; a refusal is one.
    if (answer && answer.status < 500)
      throw new Error(`${url}: ${answer.status} ${(await answer.text()).slice(0, 300)}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`${url}: nobody answered`);
}
