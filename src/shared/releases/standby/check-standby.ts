import type { Clock } from "../../clock.ts";
import { messageOf } from "../../errors.ts";
import type { Log } from "../../log.ts";
import type { ReleaseState } from "../release-state.ts";
import type { ReleaseStore } from "../release-store.ts";
import { isHot, isLookDue } from "./is-hot.ts";
import { type LookPorts, lookBack } from "./look-back.ts";
import { endedStandby, nextStandby, type Standby, untold } from "./standby.ts";

export interface StandbyPorts extends LookPorts {
  releases: ReleaseStore;
  /** Tells people what they have not heard of; once however often it is asked. */
  tell(release: ReleaseState, standby: Standby): Promise<void>;
  everyMs: number;
  clock: Clock;
  log: Log;
}

/** Looks at a release's way back once, and tells people where it was lost or found again. Safe to repeat. */
export async function checkStandby(
  { repositoryId, releaseId }: { repositoryId: number; releaseId: string },
  ports: StandbyPorts,
): Promise<Standby | undefined> {
  const { releases: store, clock, everyMs } = ports;
  const release = await store.release(repositoryId, releaseId);
  if (!release) return undefined;
  const targets = await store.targets(repositoryId);
  const now = clock.now();
  // A message may come twice, or late.
  if (!isLookDue(release, targets, now, everyMs)) return release.standby;
  const next = await nextOf(release);
  const changed = await store.changeRelease(repositoryId, releaseId, (row) => ({ ...row, standby: next(row.standby) }));
  const standby = changed?.standby;
  if (!changed || !standby) return undefined;
  const { wayBack, problems, lostSince } = standby;
  ports.log[lostSince === undefined ? "info" : "warn"]("standby.looked", { releaseId, wayBack, problems, lostSince });
  return (await tellOf(changed, standby, ports)) ?? standby;

  async function nextOf(own: ReleaseState): Promise<(known: Standby | undefined) => Standby> {
    if (!isHot(own, targets, now))
      return (known) => endedStandby(known ?? { lookedAt: "", problems: [], peaks: {} }, now);
    const [releases, quarantined] = await Promise.all([store.releases(repositoryId), store.quarantined(repositoryId)]);
    const look = await lookBack({ release: own, releases, targets, quarantined, now }, ports);
    return (known) => nextStandby(known, look, now, everyMs);
  }
}

/** Stored before it is told, and marked as told after: whoever dies in between is followed by the next look. */
async function tellOf(release: ReleaseState, standby: Standby, ports: StandbyPorts): Promise<Standby | undefined> {
  if (untold(standby) === undefined) return undefined;
  const { repositoryId, releaseId } = release;
  try {
    await ports.tell(release, standby);
  } catch (thrown) {
    ports.log.warn("standby.untold", { releaseId, why: messageOf(thrown) });
    return undefined;
  }
  const changed = await ports.releases.changeRelease(repositoryId, releaseId, (row) =>
    row.standby ? { ...row, standby: markTold(row.standby, standby.lostSince) } : undefined,
  );
  return changed?.standby;
}

function markTold({ told: _, ...standby }: Standby, lostSince: string | undefined): Standby {
  return lostSince === undefined ? standby : { ...standby, told: lostSince };
}
