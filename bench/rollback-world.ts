import { azureSettings, startAzureStandIn } from "../src/local/azure/arm/start.ts";
import { startIssuer } from "../src/local/azure/issuer/start.ts";
import { startMonitor } from "../src/local/azure/monitor/start.ts";
import { startAzurite } from "../src/local/azurite.ts";
import { startGitHubStandIn } from "../src/local/github/start.ts";
import { type FrontDoor, openFrontDoor } from "../src/local/prove/front-door.ts";
import { type Adapter, sharedDeployments } from "../src/local/prove/rollback/adapters.ts";
import { seedRelease } from "../src/local/prove/rollback/seed-release.ts";
import { createSetUpAzure } from "../src/local/prove/rollback/set-up-azure.ts";
import { makeTwoCommits } from "../src/local/prove/rollback/two-commits.ts";
import { systemClock } from "../src/shared/clock.ts";
import { createAlertStore } from "../src/shared/storage/alert-store.ts";
import { createBlobs } from "../src/shared/storage/blobs.ts";
import { createReleaseStore } from "../src/shared/storage/release-store.ts";
import { createTables } from "../src/shared/storage/tables.ts";
import { commonAlert } from "./common-alert.ts";
import { startApp } from "./start-app.ts";

/** The app between slow stand-ins, with releases that breach. */
export interface RollbackWorld {
  /** A release of its own repository and target, which serves since ten minutes and of which nine requests in ten fail. */
  breach(adapter: Adapter, name: string): Promise<BreachedRelease>;
  /** POSTs an alert on it, as Azure Monitor does; the answer's status. */
  alert(target: string, id: string, condition: "Fired" | "Resolved", firedAt: Date): Promise<number>;
  /** Until nobody has an alert to handle. */
  untilHandled(): Promise<void>;
  /** Requests to Monitor, Resource Manager, Foundry and GitHub so far. */
  outsideCalls(): number;
  stop(): Promise<void>;
}

export interface BreachedRelease {
  target: string;
  /** ms until an operation has taken it back and read and asked what serves. */
  untilVerified(): Promise<number>;
  /** Until people were told. */
  untilClosed(): Promise<void>;
  rollbacks(): Promise<number>;
}

const [tenant, audience] = ["bench-tenant", "bench-audience"];
const minuteMs = 60_000;

export async function openRollbackWorld(delayMs: () => number): Promise<RollbackWorld> {
  const storage = await startAzurite();
  const [azure, monitor, issuer, github, commits] = await Promise.all([
    startAzureStandIn({ port: 0, quota: 1_000_000 }),
    startMonitor({ port: 0 }),
    startIssuer({ port: 0, tenant, audience }),
    startGitHubStandIn({ port: 0, webhookSecret: "bench" }),
    makeTwoCommits(),
  ]);
  const doors: FrontDoor[] = [];
  const before = async (url: string) => {
    const door = await openFrontDoor(delayMs);
    door.setWorkers([new URL(url).origin]);
    doors.push(door);
    return door.url + new URL(url).pathname.replace(/\/$/, "");
  };
  const [azureUrl, monitorUrl, githubUrl] = [
    await before(azure.url),
    await before(monitor.url),
    await before(github.restUrl),
  ];
  const connection = { kind: "connectionString", connectionString: storage.connectionString } as const;
  const own = azureSettings(azure.url);
  const world = {
    tables: createTables(connection),
    blobs: createBlobs(connection),
    azure: createSetUpAzure(azure.url, own.ASSAY_FOUNDRY_ACCOUNTS ?? "", own.ASSAY_FOUNDRY_PROJECTS ?? ""),
  };
  for (const { name, model } of sharedDeployments) await world.azure.deployment(name, model);
  const store = createReleaseStore(world.tables);
  const alerts = createAlertStore(world.tables, systemClock);
  const worker = await startApp(storage, {
    ...azureSettings(azureUrl),
    ASSAY_METRICS_URL: monitorUrl,
    ASSAY_LOGS_URL: monitorUrl,
    ASSAY_GITHUB_API_URL: githubUrl,
    ASSAY_GITHUB_APP_ID: String(github.app.id),
    ASSAY_GITHUB_PRIVATE_KEY: github.app.privateKey,
    ASSAY_TOKEN_TENANT: tenant,
    ASSAY_TOKEN_AUDIENCE: audience,
    ASSAY_TOKEN_ISSUER: issuer.issuer,
  });
  const token = await issuer.tokenFor("monitor");
  /** Nine in ten fail, in every minute whose data have arrived. */
  const pushBreach = (agent: string | undefined) => {
    const now = Math.floor(Date.now() / minuteMs) * minuteMs;
    const arm = agent === undefined ? "proof--v2" : "2";
    return monitor.push(
      [1, 2, 3, 4, 5, 6].map((ago) => ({
        ...{ arm, at: new Date(now - ago * minuteMs).toISOString(), codes: { "200": 10, "500": 90 } },
        ...(agent === undefined ? {} : { agent }),
      })),
    );
  };

  return {
    async breach(adapter, name) {
      const repository = await github.addRepository({ owner: "acme", name });
      await commits.pushTo(repository.dir);
      const place = { id: repository.id, fullName: `acme/${name}`, order: name, commits };
      const { alias, operationId } = await seedRelease(adapter, place, world, {
        promotedAt: new Date(Date.now() - 10 * minuteMs).toISOString(),
        reason: undefined,
        watch: {
          ...{ mode: "act", minutes: 60, minimumSamples: 20, windows: { needed: 1, of: 1 } },
          rules: [
            {
              ...{ id: "outage", metric: "errorRatio", against: "absolute", above: 0.5, critical: true },
            },
          ],
        },
      });
      await pushBreach(adapter === "agent" ? alias : undefined);
      const from = performance.now();
      const until = async (is: (operation: NonNullable<Known>["operation"]) => boolean) => {
        for (;;) {
          const known = await store.operation(repository.id, operationId);
          if (known && is(known.operation)) return;
          if (known?.operation.stage === "held") throw new Error(`${operationId} is held: ${known.operation.reason}`);
          if (performance.now() - from > 120_000)
            throw new Error(`${operationId}: ${known?.operation.stage ?? "never begun"}`);
          await new Promise((resolve) => setTimeout(resolve, 20));
        }
      };
      return {
        target: alias,
        async untilVerified() {
          const started = performance.now();
          await until(({ steps }) => steps.every(({ state }) => state === "verified"));
          return performance.now() - started;
        },
        untilClosed: () => until(({ stage }) => stage === "closed"),
        async rollbacks() {
          const rows = await world.tables.table("operations").range(String(repository.id), "operation:", "operation;");
          return rows.length;
        },
      };
    },
    async alert(target, id, condition, firedAt) {
      const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };
      const body = commonAlert({ id, condition, firedAt, target });
      return (await fetch(`${worker.url}/api/alerts`, { method: "POST", headers, body })).status;
    },
    async untilHandled() {
      while ((await alerts.overdue(new Date(Date.now() + minuteMs))).length > 0)
        await new Promise((resolve) => setTimeout(resolve, 100));
    },
    outsideCalls: () => doors.reduce((sum, door) => sum + door.requests(), 0),
    async stop() {
      await worker.kill();
      for (const door of doors) door.stop();
      await Promise.all([azure.stop(), monitor.stop(), issuer.stop(), github.stop(), commits.remove()]);
      await storage.stop();
    },
  };
}

type Known = Awaited<ReturnType<ReturnType<typeof createReleaseStore>["operation"]>>;
