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
  return (await tellOf(changed, ports)) ?? standby;

  async function nextOf(own: ReleaseState): Promise<(known: Standby | undefined) => Standby> {
    if (!isHot(own, targets, now))
      return (known) => endedStandby(known ?? { lookedAt: "", problems: [], peaks: {} }, now);
    const [releases, quarantined] = await Promise.all([store.releases(repositoryId), store.quarantined(repositoryId)]);
    const look = await lookBack({ release: own, releases, targets, quarantined, now }, ports);
    return (known) => nextStandby(known, look, now, everyMs);
  }
}

/** Whoever tells has this long; one that died is followed by the next look after it. */
const tellingMs = 120_000;

/** Stored before it is told, by one look at a time, and marked as told after. */
async function tellOf({ repositoryId, releaseId }: ReleaseState, ports: StandbyPorts): Promise<Standby | undefined> {
  const now = ports.clock.now();
  const tellingUntil = new Date(now.getTime() + tellingMs).toISOString();
  const claimed = await ports.releases.changeRelease(repositoryId, releaseId, (row) =>
    row.standby && untold(row.standby) && (row.standby.tellingUntil ?? "") <= now.toISOString()
      ? { ...row, standby: { ...row.standby, tellingUntil } }
      : undefined,
  );
  const standby = claimed?.standby;
  if (!claimed || !standby) return undefined;
  try {
    await ports.tell(claimed, standby);
  } catch (thrown) {
    ports.log.warn("standby.untold", { releaseId, why: messageOf(thrown) });
    return undefined;
  }
  const changed = await ports.releases.changeRelease(repositoryId, releaseId, (row) =>
    row.standby ? { ...row, standby: markTold(row.standby, standby.lostSince) } : undefined,
  );
  return changed?.standby;
}

function markTold({ told: _, tellingUntil: __, ...standby }: Standby, lostSince: string | undefined): Standby {
  return lostSince === undefined ? standby : { ...standby, told: lostSince };
}
