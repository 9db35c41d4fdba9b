import type { Clock } from "../clock.ts";
import type { Log } from "../log.ts";
import type { AlertStore } from "../releases/alerts/alert-store.ts";
import type { ServedTarget } from "../releases/alerts/find-target.ts";
import type { AlertPorts } from "../releases/alerts/handle-alert.ts";
import { servedTargets } from "../releases/alerts/served-targets.ts";
import type { ReleaseQueue } from "../releases/release-message.ts";
import type { ReleaseStore } from "../releases/release-store.ts";
import type { Tables } from "../storage/tables.ts";

/** What an alert is correlated with, and whom it asks. */
export async function openAlerts({
  alerts,
  tables,
  enqueue,
  releases: store,
  queue,
  clock,
  log,
}: {
  alerts: AlertStore;
  tables: Tables;
  enqueue(key: string): Promise<void>;
  releases: ReleaseStore;
  queue: ReleaseQueue;
  clock: Clock;
  log: Log;
}): Promise<AlertPorts> {
  const { createIncidentStore } = await import("../storage/incident-store.ts");
  return {
    alerts,
    incidents: createIncidentStore(tables),
    served: () => servedNow(store, clock),
    observe: ({ repositoryId, release: releaseId, incident, episode }) =>
      queue.watch({ kind: "observe", repositoryId, releaseId, incident, episode }),
    enqueue,
    clock,
    log,
  };
}

/** A flood of alerts reads once what is served; what serves for less than this has caused none of them. */
const servedMs = 2000;
const known = new WeakMap<ReleaseStore, { until: number; served: Promise<ServedTarget[]> }>();

function servedNow(store: ReleaseStore, clock: Clock): Promise<ServedTarget[]> {
  const now = clock.now().getTime();
  const last = known.get(store);
  if (last && now < last.until) return last.served;
  const served = readServed(store);
  known.set(store, { until: now + servedMs, served });
  served.catch(() => known.delete(store));
  return served;
}

async function readServed(store: ReleaseStore): Promise<ServedTarget[]> {
  const served: ServedTarget[] = [];
  for (const { repositoryId: id } of await store.repositories())
    served.push(...servedTargets(await store.releases(id), await store.targets(id)));
  return served;
}
