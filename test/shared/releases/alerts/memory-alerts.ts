import { hash } from "node:crypto";
import { type AlertStore, alertKey, type StoredAlert } from "../../../../src/shared/releases/alerts/alert-store.ts";
import type { ServedTarget } from "../../../../src/shared/releases/alerts/find-target.ts";
import type { AlertPorts } from "../../../../src/shared/releases/alerts/handle-alert.ts";
import type { Incident, IncidentStore, ObserveRequest } from "../../../../src/shared/releases/alerts/incident.ts";
import { NormalisedAlert } from "../../../../src/shared/releases/alerts/normalised-alert.ts";
import { createMemoryLog } from "../../../support/log.ts";
import { createManualClock, type ManualClock } from "../../../support/manual-clock.ts";

export interface MemoryAlerts extends AlertPorts {
  clock: ManualClock;
  rows: Map<string, StoredAlert>;
  stored: Map<string, Incident>;
  observed: ObserveRequest[];
  sent: string[];
  targets: ServedTarget[];
  /** As a delivery and its queue message do. */
  arrive(alert: NormalisedAlert): Promise<StoredAlert | undefined>;
}

/** Ports of the alerts with nothing behind them but maps; conflicts are told as storage tells them. */
export function createMemoryAlerts(start = "2026-11-20T10:15:00.000Z"): MemoryAlerts {
  const clock = createManualClock(start);
  const rows = new Map<string, StoredAlert>();
  const stored = new Map<string, Incident>();
  const alerts: AlertStore = {
    async claim(alert) {
      if (rows.has(alertKey(alert))) return "duplicate";
      rows.set(alertKey(alert), alert);
      return "fresh";
    },
    markEnqueued: async () => {},
    start: async (key) => (rows.get(key)?.outcome ? undefined : rows.get(key)),
    async finish(key, end) {
      const row = rows.get(key);
      if (row) rows.set(key, { ...row, ...end });
    },
    isResolved: async (alertId) => rows.has(alertKey({ alertId, condition: "Resolved" })),
    overdue: async () => [...rows].filter(([, { outcome }]) => !outcome).map(([key]) => key),
  };
  const incidents: IncidentStore = {
    async get(id) {
      const value = stored.get(id);
      return value && { value, version: value };
    },
    open: async () =>
      [...stored.values()].filter(({ state }) => state === "open").map((value) => ({ value, version: value })),
    async write(changes) {
      if (changes.some(({ known, next }) => stored.get(next.id) !== known?.version)) return false;
      for (const { next } of changes) stored.set(next.id, next);
      return true;
    },
  };
  const self: MemoryAlerts = {
    clock,
    rows,
    stored,
    observed: [],
    sent: [],
    targets: [served("chat")],
    alerts,
    incidents,
    served: async () => self.targets,
    observe: async (request) => void self.observed.push(request),
    enqueue: async (key) => void self.sent.push(key),
    log: createMemoryLog(),
    async arrive(alert) {
      const { handleAlert } = await import("../../../../src/shared/releases/alerts/handle-alert.ts");
      const key = alertKey(alert);
      await alerts.claim({ ...alert, receivedAt: clock.now().toISOString() });
      await handleAlert(key, self);
      return rows.get(key);
    },
  };
  return self;
}

export function served(target: string, changed: Partial<ServedTarget> = {}): ServedTarget {
  return {
    repositoryId: 7,
    target,
    stage: "prod",
    release: `${target}-43`,
    promotedAt: "2026-11-20T09:00:00.000Z",
    arms: [`${target}--v43`],
    standby: [`${target}--v42`],
    ...changed,
  };
}

/** A metric alert of a rule of ours on one deployment. */
export function alertOn(deployment: string, changed: Partial<NormalisedAlert> = {}): NormalisedAlert {
  const alert = NormalisedAlert.parse({
    source: "webhook",
    schema: "common",
    isTest: false,
    alertId: "a",
    ruleName: "availability",
    kind: "metric",
    condition: "Fired",
    severity: 1,
    firedAt: "2026-11-20T10:14:00.000Z",
    targets: [],
    dims: { ModelDeploymentName: deployment },
    measures: [],
    custom: { policy: "assay" },
    raw: `alerts/${hash("sha256", deployment)}.json`,
    ...changed,
  });
  return alert;
}
