import { randomUUID } from "node:crypto";
import type { Clock } from "../clock.ts";
import type { Log } from "../log.ts";
import { remembered } from "./remembered.ts";

/** The adapters of this process, each made at first use. `latest`: the log of who asked last, for what happens between questions. */
export function createAdapters(env: Record<string, string | undefined>, clock: Clock) {
  const settings = remembered(async () => (await import("../settings.ts")).readSettings(env));
  const connection = remembered(async () => (await import("../storage/connection.ts")).storageConnection(env));
  const tables = remembered(async () => (await import("../storage/tables.ts")).createTables(await connection()));
  const queues = remembered(async () => (await import("../storage/queues.ts")).createQueues(await connection()));
  const blobs = remembered(async () => (await import("../storage/blobs.ts")).createBlobs(await connection()));
  const deliveries = remembered(async () => {
    const { createDeliveryStore } = await import("../storage/delivery-store.ts");
    return createDeliveryStore(await tables(), clock);
  });
  const github = remembered(async () => {
    const { createGitHub } = await import("../github/github.ts");
    const {
      ASSAY_GITHUB_API_URL: apiUrl,
      ASSAY_GITHUB_APP_ID: appId,
      ASSAY_GITHUB_PRIVATE_KEY: privateKey,
    } = await settings();
    return createGitHub({ apiUrl, appId, privateKey });
  });
  const model = remembered(async () => {
    const { createChatClient } = await import("../foundry/chat-client.ts");
    const { modelAuthorization } = await import("../foundry/authorization.ts");
    const { ASSAY_MODEL_URL: url, ASSAY_MODEL_KEY: key, ASSAY_MODEL_TIMEOUT: seconds } = await settings();
    return createChatClient({ url, authorization: await modelAuthorization(key, env), timeoutMs: seconds * 1000 });
  });
  const embedder = remembered(async () => {
    const { createEmbeddingClient } = await import("../foundry/embedding-client.ts");
    const { modelAuthorization } = await import("../foundry/authorization.ts");
    const { ASSAY_MODEL_URL: url, ASSAY_MODEL_KEY: key, ASSAY_MODEL_TIMEOUT: seconds } = await settings();
    return createEmbeddingClient({ url, authorization: await modelAuthorization(key, env), timeoutMs: seconds * 1000 });
  });
  const latest: { log?: Log } = {};
  const limiters = remembered(async () => {
    const { tellOutage } = await import("../evals/limits/tell-outage.ts");
    const { createLimitStore } = await import("../storage/limit-store.ts");
    const { createLeasedLimiters, leaseTimes } = await import("../evals/limits/leased-limiter.ts");
    const { ASSAY_MODEL_URL: url, ASSAY_OVERDUE_SECONDS: overdue } = await settings();
    const failed = tellOutage(clock, () => latest.log);
    const options = { worker: randomUUID(), clock, failed, ...leaseTimes(overdue * 1000) };
    return createLeasedLimiters(createLimitStore(await tables(), url), options);
  });
  const routeDocuments = remembered(async () =>
    (await import("../storage/route-store.ts")).createRouteDocuments(await blobs()),
  );
  const routes = remembered(async () => {
    const { createServedRoutes } = await import("../storage/route-store.ts");
    return createServedRoutes(await tables(), await routeDocuments());
  });
  const promptDocuments = remembered(async () =>
    (await import("../storage/route-store.ts")).createPromptDocuments(await blobs()),
  );
  const prompts = remembered(async () => {
    const { createServedPrompts } = await import("../storage/route-store.ts");
    return createServedPrompts(await tables(), await promptDocuments());
  });
  const decisions = remembered(async () =>
    (await import("../storage/decision-store.ts")).createDecisionStore(await tables(), clock),
  );
  const releases = remembered(async () =>
    (await import("../storage/release-store.ts")).createReleaseStore(await tables()),
  );
  const releaseCredential = remembered(async () => {
    const { appCredential } = await import("../azure/credential.ts");
    return appCredential(env, (await settings()).ASSAY_RELEASE_CLIENT_ID);
  });
  const azure = remembered(async () => {
    const { openAzure } = await import("./open-azure.ts");
    return openAzure({ settings: await settings(), releaseCredential, env, clock });
  });
  const principals = remembered(async () => {
    const { createEntraPrincipals } = await import("../azure/entra-principals.ts");
    const { ASSAY_TOKEN_TENANT: tenant, ASSAY_TOKEN_AUDIENCE: audiences, ASSAY_TOKEN_ISSUER: named } = await settings();
    const issuer = named || `https://login.microsoftonline.com/${tenant}/v2.0`;
    return createEntraPrincipals({ issuer, tenant, audiences, clock });
  });
  const alerts = remembered(async () =>
    (await import("../storage/alert-store.ts")).createAlertStore(await tables(), clock),
  );
  const alertQueue = remembered(async () => {
    const { alert } = await queues();
    return (key: string) => alert({ key });
  });
  const telemetry = remembered(async () => {
    const { createMonitorTelemetry } = await import("../azure/monitor-telemetry.ts");
    const { appCredential } = await import("../azure/credential.ts");
    const {
      ASSAY_METRICS_URL: metricsUrl,
      ASSAY_LOGS_URL: logsUrl,
      ASSAY_TELEMETRY_SECONDS: seconds,
      ASSAY_METRICS_SETTLE_SECONDS: metrics,
      ASSAY_LOGS_SETTLE_SECONDS: logs,
    } = await settings();
    const credential = await appCredential(env);
    const settlesAfter = { metrics: metrics * 1000, logs: logs * 1000 };
    return createMonitorTelemetry({ metricsUrl, logsUrl, credential, clock, timeoutMs: seconds * 1000, settlesAfter });
  });
  const stores = remembered(async () => {
    const { createGateStore, createDocuments } = await import("../storage/gate-store.ts");
    const { createSampleStore } = await import("../storage/sample-store.ts");
    const { createJudgements } = await import("../storage/judgements.ts");
    const { createSpendStore } = await import("../storage/spend-store.ts");
    const { createBlobCaches } = await import("../storage/blob-cache.ts");
    const { Shard } = await import("../evals/shard.ts");
    const { GateReport } = await import("../gate/report.ts");
    const { defaultPriceBook } = await import("../prices/default-book.ts");
    const own = await tables();
    return {
      store: createGateStore(own, await blobs()),
      spendStore: (repositoryId: number) => createSpendStore(own, repositoryId),
      samples: createSampleStore(await blobs()),
      shards: createDocuments(await blobs(), Shard),
      reports: createDocuments(await blobs(), GateReport),
      judgements: createJudgements(await blobs()),
      routeDocuments: await routeDocuments(),
      promptDocuments: await promptDocuments(),
      blobCache: createBlobCaches(await blobs()),
      prices: defaultPriceBook,
    };
  });
  return {
    latest,
    settings,
    tables,
    queues,
    blobs,
    deliveries,
    github,
    model,
    embedder,
    limiters,
    routeDocuments,
    routes,
    promptDocuments,
    prompts,
    decisions,
    releases,
    azure,
    principals,
    alerts,
    alertQueue,
    telemetry,
    stores,
  };
}
