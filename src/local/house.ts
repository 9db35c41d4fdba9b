import path from "node:path";
import { reportPath } from "../shared/gate/plan.ts";
import { GateReport } from "../shared/gate/report.ts";
import { createBlobs } from "../shared/storage/blobs.ts";
import { createDocuments } from "../shared/storage/gate-store.ts";
import { type AzureStandIn, azureSettings, startAzureStandIn } from "./azure/arm/start.ts";
import { type IssuerStandIn, startIssuer } from "./azure/issuer/start.ts";
import { type MonitorStandIn, startMonitor } from "./azure/monitor/start.ts";
import { startAzurite } from "./azurite.ts";
import { type FunctionsHost, startFunctionsHost } from "./functions-host/start.ts";
import { seedRepository } from "./github/seed.ts";
import { type GitHubStandIn, startGitHubStandIn } from "./github/start.ts";
import type { Repository } from "./github/state.ts";
import { type ModelStandIn, startModelStandIn } from "./model/start.ts";
import { type NotificationStandIn, notificationSettings, startNotificationStandIn } from "./notifications/start.ts";

/** Ports of the local run; 0: any free one. Each has a setting that chooses it. */
export interface HousePorts {
  host: number;
  github: number;
  model: number;
  storage: number;
  issuer: number;
}

export interface HouseOptions {
  ports: HousePorts;
  /** The project's folder. */
  root: string;
  /** Of the model's noise. */
  seed: number;
  /** Another server in the OpenAI format, in place of the model stand-in. */
  modelUrl?: string;
  /**
   * Also Resource Manager, a Foundry project, Azure Monitor and receivers of notifications, simulated; deployments that nobody
   * made there are the model stand-in's.
   */
  releases?: boolean;
  /** On top of the starter's files, by path. */
  files?: Readonly<Record<string, string>>;
  /** Brings the world to where a story finds it, before the app is up. */
  prepare?(place: HousePlace): Promise<void>;
  logLevel?: string;
  /** Ends the start early: what is up by then is stopped. */
  signal?: AbortSignal;
  /** Settings on top of the local ones. */
  env?: Record<string, string>;
}

/** What is there before the app is. */
export interface HousePlace {
  repository: Repository;
  /** The first one of `main`. */
  commit: string;
  storageConnection: string;
  azure: AzureStandIn | undefined;
  monitor: MonitorStandIn | undefined;
}

/** Everything that `npm start` brings up: storage, stand-ins, and the app in the local host. */
export interface House {
  host: FunctionsHost;
  github: GitHubStandIn;
  model: ModelStandIn | undefined;
  azure: AzureStandIn | undefined;
  monitor: MonitorStandIn | undefined;
  notifications: NotificationStandIn | undefined;
  modelUrl: string;
  /** Signs tokens as Microsoft Entra ID does. */
  issuer: IssuerStandIn;
  repository: Repository;
  /** Who works in the repository. */
  author: string;
  storageConnection: string;
  /** The stored evidence of the newest gate on a commit. */
  reportOf(headSha: string): Promise<GateReport | undefined>;
  stop(): Promise<void>;
}

/** The settings that choose the ports of `npm start`. */
export const portSettings = {
  host: "ASSAY_LOCAL_PORT",
  github: "ASSAY_LOCAL_GITHUB_PORT",
  model: "ASSAY_LOCAL_MODEL_PORT",
  storage: "ASSAY_LOCAL_STORAGE_PORT",
  issuer: "ASSAY_LOCAL_ISSUER_PORT",
} as const satisfies Record<keyof HousePorts, string>;

/** The app's settings with which it reads the stand-in's metrics and spans. */
const monitorSettings = (url: string) => ({
  ASSAY_METRICS_URL: url,
  ASSAY_LOGS_URL: url,
  ASSAY_LOGS_WORKSPACE: "local",
});

const webhookSecret = "local-webhook-secret";
const tenant = "a55a0000-0000-4000-8000-000000000001";
const audience = "a55a0000-0000-4000-8000-000000000002";
/** Of the model stand-in, which refuses calls without it as a real endpoint does. */
export const localModelKey = "local-model-key";

export async function startHouse(options: HouseOptions): Promise<House> {
  const { ports, root, signal } = options;
  if (options.modelUrl !== undefined && !/^https?:$/.test(URL.parse(options.modelUrl)?.protocol ?? "")) {
    const mend = "write its address in full, such as http://127.0.0.1:11434/v1 (--model-url, or ASSAY_MODEL_URL)";
    throw new Error(`The model's address "${options.modelUrl}" is no URL; ${mend}.`);
  }
  const stops: (() => Promise<void>)[] = [];
  const stop = async () => {
    for (const end of stops.splice(0).reverse()) await end();
  };
  try {
    const storage = await startAzurite({
      ports: {
        blob: ports.storage,
        queue: ports.storage && ports.storage + 1,
        table: ports.storage && ports.storage + 2,
      },
      portSetting: portSettings.storage,
    });
    stops.push(storage.stop);
    signal?.throwIfAborted();
    const model = options.modelUrl
      ? undefined
      : await startModelStandIn({
          port: ports.model,
          portSetting: portSettings.model,
          seed: options.seed,
          key: localModelKey,
        });
    if (model) stops.push(model.stop);
    signal?.throwIfAborted();
    const github = await startGitHubStandIn({ port: ports.github, portSetting: portSettings.github, webhookSecret });
    stops.push(github.stop);
    const issuer = await startIssuer({ port: ports.issuer, portSetting: portSettings.issuer, tenant, audience });
    stops.push(issuer.stop);
    signal?.throwIfAborted();
    const repository = await github.addRepository({
      owner: "acme",
      name: "support-assistant",
      writers: ["ada", "grace"],
    });
    const first = await seedRepository(repository, path.join(root, "starter"), options.files);
    signal?.throwIfAborted();
    const modelUrl = options.modelUrl ?? model?.url ?? "";
    const azure = options.releases
      ? await startAzureStandIn({ port: 0, seed: options.seed, ...(modelUrl ? { modelUrl } : {}) })
      : undefined;
    if (azure) stops.push(azure.stop);
    const monitor = options.releases ? await startMonitor({ port: 0 }) : undefined;
    if (monitor) stops.push(monitor.stop);
    const notifications = options.releases ? await startNotificationStandIn({ port: 0 }) : undefined;
    if (notifications) stops.push(notifications.stop);
    signal?.throwIfAborted();
    const storageConnection = storage.connectionString;
    await options.prepare?.({ repository, commit: first, storageConnection, azure, monitor });
    const host = await startFunctionsHost({
      app: path.join(root, "src/main.ts"),
      root,
      port: ports.host,
      portSetting: portSettings.host,
      logLevel: options.logLevel ?? "warning",
      env: {
        AssayStorage: storage.connectionString,
        AzureWebJobsStorage: storage.connectionString,
        ASSAY_GITHUB_API_URL: github.restUrl,
        ASSAY_GITHUB_APP_ID: String(github.app.id),
        ASSAY_GITHUB_PRIVATE_KEY: github.app.privateKey,
        ASSAY_GITHUB_WEBHOOK_SECRET: webhookSecret,
        ASSAY_REPOSITORIES: `${repository.owner}/${repository.name}`,
        ASSAY_MODEL_URL: modelUrl,
        ASSAY_MODEL_KEY: localModelKey,
        ASSAY_TOKEN_TENANT: tenant,
        ASSAY_TOKEN_AUDIENCE: audience,
        ASSAY_TOKEN_ISSUER: issuer.issuer,
        ASSAY_PROGRESS_SECONDS: "1",
        ASSAY_MINUTE_SCHEDULE: "0 * * * * *",
        ASSAY_HOUR_SCHEDULE: "0 7 * * * *",
        ...(azure ? azureSettings(azure.url) : {}),
        ...(monitor ? monitorSettings(monitor.url) : {}),
        ...(notifications ? notificationSettings(notifications.url) : {}),
        ...options.env,
      },
    });
    stops.push(host.stop);
    signal?.throwIfAborted();
    github.sendWebhooksTo(`${host.url}/api/github/webhook`);
    await github.announce(repository, "main", first);
    const reports = createDocuments(
      createBlobs({ kind: "connectionString", connectionString: storage.connectionString }),
      GateReport,
    );
    return {
      host,
      github,
      model,
      azure,
      monitor,
      notifications,
      modelUrl,
      issuer,
      repository,
      author: "ada",
      storageConnection,
      async reportOf(headSha) {
        const run = repository.checkRuns.filter((item) => item.headSha === headSha).sort((a, b) => b.id - a.id)[0];
        return run && reports.read(repository.id, reportPath(run.externalId));
      },
      stop,
    };
  } catch (thrown) {
    await stop();
    throw thrown;
  }
}
