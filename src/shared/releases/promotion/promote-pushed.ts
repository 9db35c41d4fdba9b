import { readRepositoryFromTree } from "../../repository/read-repository.ts";
import { changedManifests } from "./changed-manifests.ts";
import { type Promoted, type PromotePorts, type Push, promoteRelease } from "./promote-release.ts";

/**
 * A merge that changes manifests promotes each of them. Safe to repeat, and for a commit that brings none does nothing. Where
 * nothing but a watch stands before it, the push comes again when that is over.
 */
export async function promotePushed(push: Push, ports: PromotePorts): Promise<Promoted[]> {
  const { repositoryId, repository, commit } = push;
  const due = await changedManifests(push, ports);
  if (due.length === 0) return [];
  const { reader } = await ports.open({ repositoryId, repository });
  const { releases } = await readRepositoryFromTree(due, reader, { commit, cache: ports.blobCache(repositoryId) });
  const promoted: Promoted[] = [];
  for (const { name } of releases) {
    const cause = {
      kind: "merge",
      reason: `merged as ${commit.slice(0, 10)}`,
      acceptedAt: ports.clock.now().toISOString(),
    } as const;
    promoted.push(await promoteRelease({ repositoryId, repository, name, commit, cause }, ports));
  }
  const until = promoted.flatMap(waitsUntil).sort()[0];
  if (until === undefined) return promoted;
  const waitMs = Math.max(0, Date.parse(until) - ports.clock.now().getTime()) + graceMs;
  await ports.again(push, Math.min(waitMs, mostWaitMs));
  return promoted;
}

/** A queue hides a message for seven days at most; who comes earlier waits again. */
const mostWaitMs = 6 * 24 * 3_600_000;

/** The watch's last look comes with the minute timer. */
const graceMs = 90_000;

/** Refusals that need nobody: their time is known. */
function waitsUntil(promoted: Promoted): string[] {
  if (promoted.kind !== "refused") return [];
  const ends = promoted.refusals.map(({ until }) => until);
  return ends.every((end) => end !== undefined) ? ends.toSorted().slice(-1) : [];
}
