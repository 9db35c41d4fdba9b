import { randomUUID } from "node:crypto";
import type { Clock } from "./clock.ts";
import { systemClock } from "./clock.ts";
import type { ReceivePorts } from "./deliveries/receive.ts";
import type { GatePorts, WorkPorts } from "./gate/ports.ts";
import type { Log } from "./log.ts";
import type { AlertPorts } from "./releases/alerts/handle-alert.ts";
import type { ReceiveAlertPorts } from "./releases/alerts/receive-alert.ts";
import type { OverrideApiPorts } from "./releases/overrides/override-api.ts";
import type { OperationPorts } from "./releases/perform-operation.ts";
import type { PromotePorts } from "./releases/promotion/promote-release.ts";
import type { ReaperPorts } from "./releases/reaper/reap.ts";
import type { ReleaseQueue } from "./releases/release-message.ts";
import type { ReleaseStore } from "./releases/release-store.ts";
import type { RollbackApiPorts } from "./releases/rollback-api.ts";
import type { StandbyPorts } from "./releases/standby/check-standby.ts";
import type { LoadMetrics } from "./releases/standby/load.ts";
import type { OpenTargets } from "./releases/target-port.ts";
import type { Tell } from "./releases/tell/create-tell.ts";
import type { Telemetry } from "./releases/watch/telemetry.ts";
import type { WatchPorts } from "./releases/watch/watch-release.ts";
import type { DecisionPorts } from "./routing/record-decision.ts";
import type { PromptPorts } from "./routing/serve-prompt.ts";
import type { RoutePorts } from "./routing/serve-route.ts";
import { gateTimes } from "./services/gate-times.ts";
import { remembered } from "./services/remembered.ts";

/**
 * The only place that puts adapters together: once a process, each by `await import()` at first use, so that the webhook
 * pays for nothing that it does not call.
 */
export interface Services {
  receivePorts(): Promise<Omit<ReceivePorts, "log">>;
  gatePorts(log: Log): Promise<GatePorts>;
  workPorts(log: Log): Promise<WorkPorts>;
  routePorts(): Promise<RoutePorts>;
  promptPorts(): Promise<PromptPorts>;
  overridePorts(log: Log): Promise<OverrideApiPorts>;
  decisionPorts(): Promise<DecisionPorts>;
  telemetry(): Promise<Telemetry & LoadMetrics>;
  receiveAlertPorts(): Promise<Omit<ReceiveAlertPorts, "log">>;
  alertPorts(log: Log): Promise<AlertPorts>;
  targets(): Promise<OpenTargets>;
  /** Tells people of an operation that is over. */
  tell(log: Log): Promise<Tell>;
  operationPorts(log: Log): Promise<OperationPorts>;
  rollbackApiPorts(log: Log): Promise<RollbackApiPorts>;
  promotePorts(log: Log): Promise<PromotePorts>;
  watchPorts(log: Log): Promise<WatchPorts>;
  standbyPorts(log: Log): Promise<StandbyPorts>;
  reaperPorts(log: Log): Promise<ReaperPorts>;
  releaseTimerPorts(): Promise<{ releases: ReleaseStore; queue: ReleaseQueue; standbyMs: number; clock: Clock }>;
}

type Environment = Record<string, string | undefined>;

let services: Promise<Services> | undefined;

/** Read at first use, not at load: the platform sets the environment after the worker has started. */
export function getServices(): Promise<Services> {
  services ??= Promise.resolve(createServices(process.env, systemClock));
  return services;
}

export function createServices(env: Environment, clock: Clock): Services {
  const settings = remembered(async () => (await import("./settings.ts")).readSettings(env));
  const connection = remembered(async () => (await import("./storage/connection.ts")).storageConnection(env));
  const tables = remembered(async () => (await import("./storage/tables.ts")).createTables(await connection()));
  const queues = remembered(async () => (await import("./storage/queues.ts")).createQueues(await connection()));
  const blobs = remembered(async () => (await import("./storage/blobs.ts")).createBlobs(await connection()));
  const deliveries = remembered(async () => {
    const { createDeliveryStore } = await import("./storage/delivery-store.ts");
    return createDeliveryStore(await tables(), clock);
  });
  const github = remembered(async () => {
    const { createGitHub } = await import("./github/github.ts");
    const {
      ASSAY_GITHUB_API_URL: apiUrl,
      ASSAY_GITHUB_APP_ID: appId,
      ASSAY_GITHUB_PRIVATE_KEY: privateKey,
    } = await settings();
    return createGitHub({ apiUrl, appId, privateKey });
  });
  const model = remembered(async () => {
    const { createChatClient } = await import("./foundry/chat-client.ts");
    const { modelAuthorization } = await import("./foundry/authorization.ts");
    const { ASSAY_MODEL_URL: url, ASSAY_MODEL_KEY: key, ASSAY_MODEL_TIMEOUT: seconds } = await settings();
    return createChatClient({ url, authorization: await modelAuthorization(key, env), timeoutMs: seconds * 1000 });
  });
  const embedder = remembered(async () => {
    const { createEmbeddingClient } = await import("./foundry/embedding-client.ts");
    const { modelAuthorization } = await import("./foundry/authorization.ts");
    const { ASSAY_MODEL_URL: url, ASSAY_MODEL_KEY: key, ASSAY_MODEL_TIMEOUT: seconds } = await settings();
    return createEmbeddingClient({ url, authorization: await modelAuthorization(key, env), timeoutMs: seconds * 1000 });
  });
  let latestLog: Log | undefined;
  const limiters = remembered(async () => {
    const { tellOutage } = await import("./evals/limits/tell-outage.ts");
    const { createLimitStore } = await import("./storage/limit-store.ts");
    const { createLeasedLimiters, leaseTimes } = await import("./evals/limits/leased-limiter.ts");
    const { ASSAY_MODEL_URL: url, ASSAY_OVERDUE_SECONDS: overdue } = await settings();
    const failed = tellOutage(clock, () => latestLog);
    const options = { worker: randomUUID(), clock, failed, ...leaseTimes(overdue * 1000) };
    return createLeasedLimiters(createLimitStore(await tables(), url), options);
  });
  const routeDocuments = remembered(async () =>
    (await import("./storage/route-store.ts")).createRouteDocuments(await blobs()),
  );
  const routes = remembered(async () => {
    const { createServedRoutes } = await import("./storage/route-store.ts");
    return createServedRoutes(await tables(), await routeDocuments());
  });
  const promptDocuments = remembered(async () =>
    (await import("./storage/route-store.ts")).createPromptDocuments(await blobs()),
  );
  const prompts = remembered(async () => {
    const { createServedPrompts } = await import("./storage/route-store.ts");
    return createServedPrompts(await tables(), await promptDocuments());
  });
  const decisions = remembered(async () =>
    (await import("./storage/decision-store.ts")).createDecisionStore(await tables(), clock),
  );
  const releases = remembered(async () =>
    (await import("./storage/release-store.ts")).createReleaseStore(await tables()),
  );
  const releaseCredential = remembered(async () => {
    const { appCredential } = await import("./azure/credential.ts");
    return appCredential(env, (await settings()).ASSAY_RELEASE_CLIENT_ID);
  });
  const azure = remembered(async () => {
    const { openAzure } = await import("./services/open-azure.ts");
    return openAzure({ settings: await settings(), releaseCredential, env, clock });
  });
  const principals = remembered(async () => {
    const { createEntraPrincipals } = await import("./azure/entra-principals.ts");
    const { ASSAY_TOKEN_TENANT: tenant, ASSAY_TOKEN_AUDIENCE: audiences, ASSAY_TOKEN_ISSUER: named } = await settings();
    const issuer = named || `https://login.microsoftonline.com/${tenant}/v2.0`;
    return createEntraPrincipals({ issuer, tenant, audiences, clock });
  });
  const alerts = remembered(async () =>
    (await import("./storage/alert-store.ts")).createAlertStore(await tables(), clock),
  );
  const alertQueue = remembered(async () => {
    const { watch } = await queues();
    return (key: string) => watch({ kind: "alert", key });
  });
  const telemetry = remembered(async () => {
    const { createMonitorTelemetry } = await import("./azure/monitor-telemetry.ts");
    const { appCredential } = await import("./azure/credential.ts");
    const {
      ASSAY_METRICS_URL: metricsUrl,
      ASSAY_LOGS_URL: logsUrl,
      ASSAY_TELEMETRY_SECONDS: seconds,
    } = await settings();
    const credential = await appCredential(env);
    return createMonitorTelemetry({ metricsUrl, logsUrl, credential, clock, timeoutMs: seconds * 1000 });
  });
  const stores = remembered(async () => {
    const { createGateStore, createDocuments } = await import("./storage/gate-store.ts");
    const { createSampleStore } = await import("./storage/sample-store.ts");
    const { createJudgements } = await import("./storage/judgements.ts");
    const { createSpendStore } = await import("./storage/spend-store.ts");
    const { createBlobCaches } = await import("./storage/blob-cache.ts");
    const { Shard } = await import("./evals/shard.ts");
    const { GateReport } = await import("./gate/report.ts");
    const { defaultPriceBook } = await import("./prices/default-book.ts");
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

  const common = async (log: Log) => ({
    releases: await releases(),
    targets: await self.targets(),
    queue: await queues(),
    clock,
    log,
  });

  const figures = async (log: Log) => ({
    ...(await common(log)),
    ...(await azure()),
    load: await telemetry(),
    settings: await settings(),
  });

  const self: Services = {
    telemetry,
    async receivePorts() {
      const { createVerifier } = await import("./github/verifier.ts");
      const s = await settings();
      return {
        verify: createVerifier(s.ASSAY_GITHUB_WEBHOOK_SECRET, s.ASSAY_GITHUB_WEBHOOK_SECRET_PREVIOUS),
        deliveries: await deliveries(),
        queues: await queues(),
        repositories: s.ASSAY_REPOSITORIES,
        clock,
      };
    },
    async gatePorts(log) {
      latestLog = log;
      const s = await settings();
      const host = await github();
      return {
        ...(await stores()),
        open: (ref) => host.repository(ref),
        decisions: await decisions(),
        model,
        embedder,
        limiters,
        queues: await queues(),
        concurrency: s.ASSAY_SHARD_CONCURRENCY,
        times: gateTimes(s),
        showReleases: (await import("./releases/show-releases.ts")).showReleases,
        clock,
        log,
        random: Math.random,
      };
    },
    async routePorts() {
      return { routes: await routes(), repositories: (await settings()).ASSAY_REPOSITORIES, clock };
    },
    async promptPorts() {
      return { prompts: await prompts(), repositories: (await settings()).ASSAY_REPOSITORIES };
    },
    async overridePorts(log) {
      const { createRouteAliases } = await import("./storage/alias-records.ts");
      const { createAuditTrail } = await import("./storage/audit-trail.ts");
      const { document } = await routes();
      return {
        routes: createRouteAliases(await tables()),
        document,
        audit: createAuditTrail(await tables()),
        principals: await principals(),
        repositories: (await settings()).ASSAY_REPOSITORIES,
        async propose(proposal) {
          const { proposeOverride } = await import("./releases/overrides/propose-override.ts");
          return proposeOverride(proposal, await (await github()).repository(proposal), clock.now());
        },
        newId: randomUUID,
        clock,
        log,
      };
    },
    async decisionPorts() {
      const { ASSAY_DECISION_SHARE: share } = await settings();
      return { ...(await self.routePorts()), decisions: await decisions(), share, clock, newId: randomUUID };
    },
    async receiveAlertPorts() {
      const { put } = await blobs();
      return {
        principals: await principals(),
        allowedCaller: (await settings()).ASSAY_ALERT_CALLER,
        alerts: await alerts(),
        keepPayload: (place, text) => put(`0/${place}`, text),
        enqueue: await alertQueue(),
        clock,
      };
    },
    async alertPorts(log) {
      const { openAlerts } = await import("./services/open-alerts.ts");
      const enqueue = await alertQueue();
      return openAlerts({ ...(await common(log)), alerts: await alerts(), tables: await tables(), enqueue });
    },
    async tell(log) {
      const { openTell } = await import("./services/open-tell.ts");
      return openTell({ env, releases: await releases(), tables: await tables(), github, clock, log });
    },
    async operationPorts(log) {
      const { defaultStageTimes } = await import("./releases/operation.ts");
      const queue = await queues();
      return {
        releases: await releases(),
        targets: await self.targets(),
        tell: await self.tell(log),
        async smoke(operation) {
          const { openSmoke } = await import("./services/open-releases.ts");
          const { smokeRelease } = await import("./releases/smoke-release.ts");
          const gate = await self.gatePorts(log);
          const timeoutMs = (await settings()).ASSAY_MODEL_TIMEOUT * 1000;
          const { modelsOf } = await azure();
          const more = { gate, blobs: await blobs(), modelsOf: (endpoint?: string) => modelsOf(endpoint, timeoutMs) };
          return smokeRelease(operation, await openSmoke({ ...(await common(log)), ...more }));
        },
        later: ({ repositoryId, operationId }, waitMs) =>
          queue.release({ kind: "operation", repositoryId, operationId }, waitMs),
        stageTimes: defaultStageTimes,
        overdueMs: (await settings()).ASSAY_OVERDUE_SECONDS * 1000,
        clock,
        log,
      };
    },
    async rollbackApiPorts(log) {
      const { defaultStageTimes, TellPart } = await import("./releases/operation.ts");
      const { createAuditTrail } = await import("./storage/audit-trail.ts");
      const queue = await queues();
      const store = await releases();
      return {
        releases: store,
        targets: await self.targets(),
        principals: await principals(),
        audit: createAuditTrail(await tables()),
        newId: randomUUID,
        async repositoryId(asked) {
          const known = await store.repositories();
          if (!asked) return known.length === 1 ? known[0]?.repositoryId : undefined;
          return known.find(({ repository }) => repository.toLowerCase() === asked.toLowerCase())?.repositoryId;
        },
        enqueue: ({ repositoryId, operationId }) => queue.release({ kind: "operation", repositoryId, operationId }),
        tells: TellPart.options,
        stageTimes: defaultStageTimes,
        clock,
        log,
      };
    },
    async releaseTimerPorts() {
      const standbyMs = (await settings()).ASSAY_STANDBY_SECONDS * 1000;
      return { releases: await releases(), queue: await queues(), standbyMs, clock };
    },
    async promotePorts(log) {
      const { openPromotion } = await import("./services/open-releases.ts");
      const gate = await self.gatePorts(log);
      return openPromotion({ ...(await figures(log)), gate });
    },
    async standbyPorts(log) {
      const { openStandby } = await import("./services/open-standby.ts");
      return openStandby({ ...(await figures(log)), tables: await tables(), github, env });
    },
    async watchPorts(log) {
      const { openWatch } = await import("./services/open-releases.ts");
      const reads = {
        telemetry: await telemetry(),
        tables: await tables(),
        blobs: await blobs(),
        settings: await settings(),
      };
      return openWatch({ ...(await common(log)), ...reads });
    },
    async reaperPorts(log) {
      const { openReaper } = await import("./services/open-reaper.ts");
      const reads = { gate: await self.gatePorts(log), telemetry: await telemetry(), tables: await tables() };
      return openReaper({ ...(await common(log)), ...reads, settings: await settings(), env });
    },
    async targets() {
      const { openTargets } = await import("./services/open-targets.ts");
      const documents = { route: (await routeDocuments()).get, prompt: (await promptDocuments()).get };
      return openTargets({ ...(await azure()), tables: await tables(), documents, clock });
    },
    async workPorts(log) {
      const { sent, find } = await github();
      const { ASSAY_REPOSITORIES: repositories, ASSAY_GITHUB_APP_ID: appId } = await settings();
      const { openReleaseEvents } = await import("./services/open-releases.ts");
      const events = openReleaseEvents(
        await queues(),
        () => self.promotePorts(log),
        () => self.overridePorts(log),
      );
      const gate = await self.gatePorts(log);
      return { ...gate, deliveries: await deliveries(), sent, find, repositories, appId, releases: events };
    },
  };
  return self;
}
