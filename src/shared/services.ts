import { randomUUID } from "node:crypto";
import type { Clock } from "./clock.ts";
import { systemClock } from "./clock.ts";
import type { ReceivePorts } from "./deliveries/receive.ts";
import type { GatePorts, WorkPorts } from "./gate/ports.ts";
import type { Log } from "./log.ts";
import type { AlertPorts } from "./releases/alerts/handle-alert.ts";
import type { ReceiveAlertPorts } from "./releases/alerts/receive-alert.ts";
import type { CataloguePorts } from "./releases/catalogue/look-up-models.ts";
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
import { createAdapters } from "./services/create-adapters.ts";
import { gateTimes } from "./services/gate-times.ts";

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
  cataloguePorts(log: Log): Promise<CataloguePorts>;
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
  const {
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
  } = createAdapters(env, clock);

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
      latest.log = log;
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
        markReleases: async (id, shown) =>
          (await import("./releases/show-marks.ts")).showMarks(
            shown,
            await (await releases()).targets(id),
            clock.now(),
          ),
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
      const { openOperations } = await import("./services/open-releases.ts");
      const smoking = async () => ({ ...(await azure()), gate: await self.gatePorts(log), blobs: await blobs() });
      const more = { tell: await self.tell(log), settings: await settings(), smoking };
      return openOperations({ ...(await common(log)), ...more });
    },
    async rollbackApiPorts(log) {
      const { openRollbackApi } = await import("./services/open-releases.ts");
      return openRollbackApi({ ...(await common(log)), principals: await principals(), tables: await tables() });
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
    async cataloguePorts(log) {
      const { openCatalogue } = await import("./services/open-catalogue.ts");
      const reads = { work: await self.workPorts(log), tables: await tables(), settings: await settings() };
      return openCatalogue({ ...(await common(log)), ...reads, github, env });
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
