import type { Clock } from "../clock.ts";
import type { ReleaseQueue } from "./release-message.ts";
import type { ReleaseState } from "./release-state.ts";
import type { ReleaseStore } from "./release-store.ts";
import { isLookDue } from "./standby/is-hot.ts";
import { watchedMs } from "./watch/watch-release.ts";

/** The next minute asks again: what telemetry keeps waiting must not pile up behind itself. */
const observedMs = 60_000;
const hourMs = 3_600_000;

/**
 * Enqueues every operation that is not over, and a look at every release that is watched, or whose way back is kept hot. It asks nothing of GitHub, whose
 * outage must not keep a rollback waiting.
 */
export async function everyMinuteOfReleases(ports: {
  releases: ReleaseStore;
  queue: ReleaseQueue;
  /** Between two looks at the way back of a release. */
  standbyMs: number;
  clock: Clock;
}): Promise<void> {
  const { releases, queue, standbyMs, clock } = ports;
  const now = clock.now();
  const since = new Date(now.getTime() - watchedMs).toISOString();
  for (const { repositoryId } of await releases.repositories()) {
    for (const operationId of await releases.open(repositoryId))
      await queue.release({ kind: "operation", repositoryId, operationId });
    const all = await releases.releases(repositoryId);
    const targets = await releases.targets(repositoryId);
    for (const release of all) {
      const { releaseId } = release;
      if (isWatched(release, since)) await queue.watch({ kind: "observe", repositoryId, releaseId }, observedMs);
      if (isLookDue(release, targets, now, standbyMs))
        await queue.watch({ kind: "standby", repositoryId, releaseId }, observedMs);
    }
  }
}

/** Enqueues a look for what nothing needs any more, and one at the model catalogue, which is taken once a day. */
export async function everyHourOfReleases({ queue }: { queue: ReleaseQueue }): Promise<void> {
  await queue.watch({ kind: "reap" }, hourMs);
  await queue.watch({ kind: "catalogue" }, hourMs);
}

/** One that was never called healthy is looked at once more when its day is over, to say so. */
function isWatched({ status, promotedAt, reason }: ReleaseState, since: string): boolean {
  if (promotedAt === undefined) return false;
  return status === "watching"
    ? promotedAt > since || reason === undefined
    : status === "verified" && promotedAt > since;
}
