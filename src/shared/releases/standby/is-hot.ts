import type { ReleaseState, TargetState } from "../release-state.ts";
import { untold } from "./standby.ts";

type Timed = Pick<ReleaseState, "releaseId" | "hotUntil" | "status">;

/** What a release replaced stays able to serve for its time, and for as long as the release itself is not verified. */
export function isHot(release: Timed, targets: readonly TargetState[], now: Date): boolean {
  const { releaseId, hotUntil, status } = release;
  if (hotUntil === undefined || !targets.some(({ current }) => current === releaseId)) return false;
  return status === "watching" || (status === "verified" && now.toISOString() < hotUntil);
}

/** Whether its way back is looked at now; once more where it is hot no longer and people were told that it was lost. */
export function isLookDue(
  release: Timed & Pick<ReleaseState, "standby">,
  targets: readonly TargetState[],
  now: Date,
  everyMs: number,
): boolean {
  const { standby } = release;
  if (!isHot(release, targets, now)) return standby?.lostSince !== undefined || standby?.told !== undefined;
  if (!standby || untold(standby)) return true;
  return now.getTime() - Date.parse(standby.lookedAt) >= everyMs;
}
