import type { Clock } from "../../clock.ts";
import { RetryableError } from "../../errors.ts";
import type { Log } from "../../log.ts";
import type { AlertStore, StoredAlert } from "./alert-store.ts";
import { correlate } from "./correlate.ts";
import { findTarget, type ServedTarget } from "./find-target.ts";
import { type IncidentStore, incidentId, type ObserveRequest, type StoredIncident } from "./incident.ts";
import { platformSignOf, signId } from "./platform-signs.ts";

export interface AlertPorts {
  alerts: AlertStore;
  incidents: IncidentStore;
  /** What releases serve now. */
  served(): Promise<readonly ServedTarget[]>;
  /** Asks for an observation; the same request may come again. */
  observe(request: ObserveRequest): Promise<void>;
  /** Sends an alert, by its key, to whoever handles it. */
  enqueue(key: string): Promise<void>;
  clock: Clock;
  log: Log;
}

/** More writers of one incident at a time do not come: a full one is not written. */
const mostTries = 50;

/** What one queue message stands for; safe to repeat at any point. */
export async function handleAlert(key: string, ports: AlertPorts): Promise<void> {
  const { alerts, incidents, clock, log } = ports;
  const alert = await alerts.start(key);
  if (!alert) return;
  const served = await ports.served();
  for (let tries = 0; tries < mostTries; tries++) {
    const known = await incidentsFor(alert, served, incidents);
    // Looked for after the incidents were read: a resolution that comes later finds the alert among them.
    const isResolved = alert.condition === "Fired" && (await alerts.isResolved(alert.alertId));
    const values = [...known.values()].map(({ value }) => value);
    const { changed, observe, ...end } = correlate(alert, {
      served,
      incidents: values,
      isResolved,
      now: clock.now(),
    });
    const changes = changed.map((next) => ({ known: known.get(next.id), next }));
    if (changes.length > 0 && !(await incidents.write(changes))) continue;
    // A resolution that was handled before this was written found nothing to close.
    if (end.incident && alert.condition === "Fired") await closeIfResolved(alert, ports);
    if (observe) {
      await ports.observe(observe);
      await markRequested(observe, ports);
    }
    await alerts.finish(key, end);
    log.info("alert.correlated", { alertId: alert.alertId, condition: alert.condition, ...end });
    return;
  }
  throw new RetryableError(`the incidents changed ${mostTries} times while the alert ${key} was read`);
}

/** The open incidents, and the closed ones that the alert would open again. */
async function incidentsFor(
  alert: StoredAlert,
  served: readonly ServedTarget[],
  incidents: IncidentStore,
): Promise<Map<string, StoredIncident>> {
  const known = new Map((await incidents.open()).map((stored) => [stored.value.id, stored]));
  const found = findTarget(alert, served);
  const sign = platformSignOf(alert) ?? ("served" in found && found.arm === "standby" ? found.served : undefined);
  const ids = [...("served" in found ? [incidentId(found.served)] : []), ...(sign ? [signId(sign)] : [])];
  for (const id of ids) {
    const own = known.get(id) ?? (await incidents.get(id));
    if (own) known.set(id, own);
  }
  return known;
}

async function closeIfResolved(alert: StoredAlert, { alerts, incidents, clock }: AlertPorts): Promise<void> {
  if (!(await alerts.isResolved(alert.alertId))) return;
  const resolution = { ...alert, condition: "Resolved" as const };
  for (let tries = 0; tries < mostTries; tries++) {
    const known = new Map((await incidents.open()).map((stored) => [stored.value.id, stored]));
    const values = [...known.values()].map(({ value }) => value);
    const now = clock.now();
    const { changed } = correlate(resolution, { served: [], incidents: values, isResolved: true, now });
    if (changed.length === 0) return;
    if (await incidents.write(changed.map((next) => ({ known: known.get(next.id), next })))) return;
  }
}

async function markRequested({ incident, episode }: ObserveRequest, { incidents, clock }: AlertPorts): Promise<void> {
  for (let tries = 0; tries < mostTries; tries++) {
    const known = await incidents.get(incident);
    if (!known || known.value.episode !== episode || known.value.requestedAt) return;
    const next = { ...known.value, requestedAt: clock.now().toISOString() };
    if (await incidents.write([{ known, next }])) return;
  }
}

/** An incident whose alerts never resolve ends with its day; the next alert opens it again. */
const mostOpenMs = 24 * 3600_000;

export async function closeOldIncidents({ incidents, clock, log }: AlertPorts): Promise<void> {
  const before = new Date(clock.now().getTime() - mostOpenMs).toISOString();
  for (const known of await incidents.open()) {
    if (known.value.firedAt >= before) continue;
    log.info("incident.closed", { incident: known.value.id, reason: "none of its alerts resolved within a day" });
    await incidents.write([{ known, next: { ...known.value, state: "closed" } }]);
  }
}

/** An alert that failed again and again; whoever brings it again is heard. */
export async function giveUpAlert(key: string, { alerts, log }: AlertPorts): Promise<void> {
  log.error("alert.given-up", { key });
  await alerts.finish(key, { outcome: "failed", reason: "failed again and again" });
}

/** Enqueues the alerts that were claimed and that nobody finished. */
export async function takeUpAlerts({ alerts, clock, enqueue, log }: AlertPorts, overdueMs: number): Promise<void> {
  for (const key of await alerts.overdue(new Date(clock.now().getTime() - overdueMs))) {
    log.warn("alert.taken-up", { key });
    await enqueue(key);
  }
}
