import { randomUUID } from "node:crypto";
import * as z from "zod";
import type { Clock } from "../clock.ts";
import type { ProjectEndpoint } from "../foundry/agent-client.ts";
import type { ModelEndpoint } from "../foundry/chat-client.ts";
import type { RepositoryRef } from "../gate/code-host.ts";
import type { GatePorts, ReleaseEvents, WorkPorts } from "../gate/ports.ts";
import type { Log } from "../log.ts";
import type { Deployments } from "../releases/deployments.ts";
import type { Operation } from "../releases/operation.ts";
import type { OverridePorts } from "../releases/overrides/override-route.ts";
import type { OperationPorts } from "../releases/perform-operation.ts";
import type { Principals } from "../releases/principals.ts";
import type { PromotePorts } from "../releases/promotion/promote-release.ts";
import type { ReleaseQueue } from "../releases/release-message.ts";
import type { ReleaseStore } from "../releases/release-store.ts";
import type { RollbackApiPorts } from "../releases/rollback-api.ts";
import type { SmokePorts } from "../releases/smoke-release.ts";
import type { LoadMetrics } from "../releases/standby/load.ts";
import type { OpenTargets } from "../releases/target-port.ts";
import type { Tell } from "../releases/tell/create-tell.ts";
import type { Telemetry } from "../releases/watch/telemetry.ts";
import type { WatchPorts } from "../releases/watch/watch-release.ts";
import type { Settings } from "../settings.ts";
import type { Blobs } from "../storage/blobs.ts";
import type { Tables } from "../storage/tables.ts";

interface Common {
  releases: ReleaseStore;
  targets: OpenTargets;
  queue: ReleaseQueue;
  clock: Clock;
  log: Log;
}

function asking(
  { releases, queue, clock }: Common,
  { defaultStageTimes, TellPart }: typeof import("../releases/operation.ts"),
) {
  const enqueue = ({ repositoryId, operationId }: Operation) =>
    queue.release({ kind: "operation", repositoryId, operationId });
  return { releases, enqueue, stageTimes: defaultStageTimes, tells: TellPart.options, clock };
}

/** What a promotion is decided by and begun with. */
export async function openPromotion(
  common: Common & {
    gate: GatePorts;
    observed(endpoint: string | undefined): Promise<Deployments>;
    load: LoadMetrics;
    settings: Settings;
  },
): Promise<PromotePorts> {
  const { gate, targets, queue, log } = common;
  const { open, store, reports, blobCache, routeDocuments, promptDocuments } = gate;
  const { openFigures } = await import("./open-standby.ts");
  const { standbyOf } = await openFigures(common);
  return {
    ...asking(common, await import("../releases/operation.ts")),
    again: ({ repositoryId, repository, commit, before }, waitMs) =>
      queue.release(
        { kind: "pushed", repositoryId, repository, commit, waited: true, ...(before === undefined ? {} : { before }) },
        waitMs,
      ),
    ...{ open, store, reports, blobCache, routeDocuments, promptDocuments, targets, standbyOf, log },
    mostStandbyHours: common.settings.ASSAY_STANDBY_HOURS,
    mostWatchMinutes: common.settings.ASSAY_WATCH_MINUTES,
  };
}

const Kept = z.custom<{ verdict: "pass" | "fail"; reason: string }>();

interface Smoking {
  gate: GatePorts;
  blobs: Blobs;
  modelsOf(endpoint: string | undefined, timeoutMs: number): Promise<ModelEndpoint>;
  projectOf(endpoint: string | undefined, timeoutMs: number): Promise<ProjectEndpoint>;
}

/** Suites against what was made, and what they said. */
async function openSmoke({
  gate,
  blobs,
  modelsOf,
  projectOf,
  timeoutMs,
  ...common
}: Common & Smoking & { timeoutMs: number }): Promise<SmokePorts> {
  const { createChatClient } = await import("../foundry/chat-client.ts");
  const { createAgentClient } = await import("../foundry/agent-client.ts");
  const { createDocuments } = await import("../storage/gate-store.ts");
  const verdicts = createDocuments(blobs, Kept);
  const place = (releaseId: string) => `releases/${releaseId}/smoke.json`;
  return {
    gate,
    ...common,
    modelAt: async (endpoint) => createChatClient(await modelsOf(endpoint, timeoutMs)),
    agentAt: async (endpoint, agent) => createAgentClient(await projectOf(endpoint, timeoutMs), agent),
    verdicts: {
      read: (repositoryId, releaseId) => verdicts.read(repositoryId, place(releaseId)),
      write: (repositoryId, releaseId, verdict) => verdicts.write(repositoryId, place(releaseId), verdict),
    },
  };
}

/** What an operation is moved on with. */
export async function openOperations(
  common: Common & {
    tell: Tell;
    settings: Settings;
    smoking(): Promise<Smoking>;
  },
): Promise<OperationPorts> {
  const { releases, targets, queue, clock, log, tell, settings } = common;
  const { defaultStageTimes } = await import("../releases/operation.ts");
  return {
    ...{ releases, targets, tell, clock, log },
    async smoke(operation) {
      const { smokeRelease } = await import("../releases/smoke-release.ts");
      const timeoutMs = settings.ASSAY_MODEL_TIMEOUT * 1000;
      return smokeRelease(operation, await openSmoke({ ...common, ...(await common.smoking()), timeoutMs }));
    },
    later: ({ repositoryId, operationId }, waitMs) =>
      queue.release({ kind: "operation", repositoryId, operationId }, waitMs),
    stageTimes: defaultStageTimes,
    overdueMs: settings.ASSAY_OVERDUE_SECONDS * 1000,
  };
}

/** What people's requests about releases are answered with. */
export async function openRollbackApi(
  common: Common & { principals: Principals; tables: Tables },
): Promise<RollbackApiPorts> {
  const { releases, targets, principals, tables, log } = common;
  const { createAuditTrail } = await import("../storage/audit-trail.ts");
  return {
    ...asking(common, await import("../releases/operation.ts")),
    ...{ targets, principals, audit: createAuditTrail(tables), newId: randomUUID, log },
    async repositoryId(asked) {
      const known = await releases.repositories();
      if (!asked) return known.length === 1 ? known[0]?.repositoryId : undefined;
      return known.find(({ repository }) => repository.toLowerCase() === asked.toLowerCase())?.repositoryId;
    },
  };
}

/** What a release's watch reads, keeps and asks for. */
export async function openWatch(
  common: Common & { telemetry: Telemetry; tables: Tables; blobs: Blobs; settings: Settings },
): Promise<WatchPorts> {
  const { telemetry, tables, blobs, settings, log } = common;
  const { createIncidentStore } = await import("../storage/incident-store.ts");
  const incidents = createIncidentStore(tables);
  const { createDocuments } = await import("../storage/gate-store.ts");
  const { tokensCost } = await import("../prices/tokens-cost.ts");
  const { defaultPriceBook } = await import("../prices/default-book.ts");
  const { ArmWindow } = await import("../releases/watch/arm-window.ts");
  const baselines = createDocuments(blobs, z.array(ArmWindow));
  const baseline = (releaseId: string, key: string) => `releases/${releaseId}/baseline/${encodeURIComponent(key)}.json`;
  const { ASSAY_FOUNDRY_ACCOUNTS: accounts, ASSAY_LOGS_WORKSPACE: workspace } = settings;
  return {
    ...asking(common, await import("../releases/operation.ts")),
    ...{ telemetry, incidents, log },
    costOf: (model, tokens) => tokensCost(defaultPriceBook, model, tokens, common.clock.now()),
    telemetryOf(endpoint = "") {
      const account = accounts.get(endpoint);
      return { ...(account === undefined ? {} : { account }), ...(workspace === "" ? {} : { workspace }) };
    },
    baselines: {
      read: ({ repositoryId, releaseId }, key) => baselines.read(repositoryId, baseline(releaseId, key)),
      write: ({ repositoryId, releaseId }, key, windows) =>
        baselines.write(repositoryId, baseline(releaseId, key), [...windows]),
    },
    keep({ repositoryId, releaseId }, report) {
      // One a minute: a look that is repeated within it says the same of the same windows.
      const minute = report.at.slice(0, 16).replaceAll(":", "");
      return blobs.put(`${repositoryId}/releases/${releaseId}/watch/${minute}.json`, JSON.stringify(report));
    },
  };
}

/** What releases do about what the gate hears of. */
export function openReleaseEvents(
  queue: ReleaseQueue,
  promotion: () => Promise<PromotePorts>,
  overrides: () => Promise<OverridePorts>,
): WorkPorts["releases"] {
  return {
    pushed: ({ repositoryId, repository }, commit, before) =>
      queue.release({
        ...{ kind: "pushed", repositoryId, repository, commit },
        ...(before === undefined ? {} : { before }),
      }),
    rerequested: ({ repositoryId, repository }, commit, operationId, by) =>
      queue.release({ kind: "rerun", repositoryId, repository, commit, operationId, ...(by ? { by } : {}) }),
    async commented(ref: RepositoryRef, number, commentId) {
      const { answerReleaseCommands } = await import("../releases/commands/answer-release-commands.ts");
      const { performReleaseCommand } = await import("../releases/commands/perform-release-command.ts");
      const ports = { ...(await promotion()), overrides };
      const { comments, people } = await ports.open(ref);
      const { repositoryId, repository } = ref;
      const command = (request: Parameters<typeof performReleaseCommand>[0]) => performReleaseCommand(request, ports);
      await answerReleaseCommands(
        { repositoryId, number, commentId },
        { comments, people, releases: { command: (request) => command({ ...request, repository }) } },
      );
    },
  } satisfies ReleaseEvents;
}
