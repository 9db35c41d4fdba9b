import type { ReleaseQueue } from "./release-message.ts";
import type { ReleaseStore } from "./release-store.ts";

/** Enqueues every operation that is not over. It asks nothing of GitHub, whose outage must not keep a rollback waiting. */
export async function everyMinuteOfReleases(ports: { releases: ReleaseStore; queue: ReleaseQueue }): Promise<void> {
  for (const { repositoryId } of await ports.releases.repositories()) {
    for (const operationId of await ports.releases.open(repositoryId)) {
      await ports.queue.release({ kind: "operation", repositoryId, operationId });
    }
  }
}
