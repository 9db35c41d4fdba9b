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
    async served() {
      const served: ServedTarget[] = [];
      for (const { repositoryId: id } of await store.repositories())
        served.push(...servedTargets(await store.releases(id), await store.targets(id)));
      return served;
    },
    observe: ({ repositoryId, release: releaseId, incident, episode }) =>
      queue.watch({ kind: "observe", repositoryId, releaseId, incident, episode }),
    enqueue,
    clock,
    log,
  };
}
