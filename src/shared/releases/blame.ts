import type { Cause } from "./operation.ts";
import type { ReleaseState, TargetState } from "./release-state.ts";

/** Whom what was seen is laid to. */
export type Blame =
  | { kind: "release" }
  /** Written down: nobody, yet. */
  | { kind: "record"; reason: string }
  /** Nothing says that it was the release: a person is asked. */
  | { kind: "hold"; reason: string }
  /** A newer change is undone first. */
  | { kind: "first"; releaseId: string; reason: string };

export interface BlameQuestion {
  release: ReleaseState;
  /** All releases of the repository. */
  releases: readonly ReleaseState[];
  targets: readonly TargetState[];
  cause: Cause;
  /** Why the newer change that is undone first stays. */
  newerStays?: string;
  now: Date;
}

/** What begins so long after the last change is not laid to it. Reference: releases-and-alerts §3.11 e. */
const lookbackMs = 60 * 60_000;
/** One window of a watch: what is seen within it after a rollback was measured before. */
const windowMs = 60_000;

/**
 * Which release is to blame, where several can be. One arm that is worse than the arm beside it is; else the newest change to
 * what both pass through is undone first (a prompt over a model: the prompt), and one window is waited for before the
 * older; and what begins long after the last change is nobody's.
 */
export function blameOf(question: BlameQuestion): Blame {
  const { release, cause, now, newerStays } = question;
  if (cause.perArm) return { kind: "release" };
  const promotedAt = release.promotedAt ?? release.createdAt;
  const seenAt = cause.seenAt ?? cause.firedAt ?? now.toISOString();
  const [newest] = newerThan(question, promotedAt, seenAt);
  if (newest) {
    const reason = `${newest.releaseId} was promoted after it, at ${newest.promotedAt}, and passes through the same`;
    if (newerStays === undefined) return { kind: "first", releaseId: newest.releaseId, reason };
    return { kind: "hold", reason: `${reason}; that one stays: ${newerStays}` };
  }
  const back = lastTakenBack(question, promotedAt);
  if (back?.endedAt && seenAt < later(back.endedAt, windowMs))
    return {
      kind: "record",
      reason: `it was seen before ${back.releaseId} had been gone for a window (${back.endedAt})`,
    };
  const since = Math.max(lookbackMs, release.watch.minutes * 60_000);
  const settled = back?.endedAt && back.endedAt > promotedAt ? back.endedAt : promotedAt;
  if (seenAt <= later(settled, since)) return { kind: "release" };
  const minutes = since / 60_000;
  return { kind: "hold", reason: `nothing was released in the ${minutes} minutes before it was seen (${seenAt})` };
}

/** Those that serve and were promoted after this release and before what was seen; the newest first. */
function newerThan({ release, releases, targets }: BlameQuestion, promotedAt: string, seenAt: string): ReleaseState[] {
  const serving = new Set(targets.map(({ current }) => current));
  return releases
    .filter((other) => {
      const at = other.promotedAt;
      if (other.releaseId === release.releaseId || at === undefined || at <= promotedAt || at > seenAt) return false;
      return serving.has(other.releaseId) && isRelated(release, other);
    })
    .sort((one, other) => ((one.promotedAt ?? "") < (other.promotedAt ?? "") ? 1 : -1));
}

function lastTakenBack({ release, releases }: BlameQuestion, promotedAt: string): ReleaseState | undefined {
  return releases
    .filter(
      (other) =>
        other.releaseId !== release.releaseId &&
        (other.status === "rolledBack" || other.status === "partiallyRolledBack") &&
        (other.promotedAt ?? "") > promotedAt &&
        isRelated(release, other),
    )
    .sort((one, other) => ((one.endedAt ?? "") < (other.endedAt ?? "") ? 1 : -1))[0];
}

function isRelated(one: ReleaseState, other: ReleaseState): boolean {
  const keys = new Set(keysOf(one));
  return keysOf(other).some((key) => keys.has(key));
}

function keysOf({ pointers, reaches = [] }: ReleaseState): string[] {
  return [...Object.keys(pointers), ...reaches];
}

function later(at: string, ms: number): string {
  return new Date(Date.parse(at) + ms).toISOString();
}
