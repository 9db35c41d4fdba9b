import type { AiRepository } from "../../repository/ai-repository.ts";
import { readRepositoryFromTree } from "../../repository/read-repository.ts";
import type { TreeEntry } from "../../repository/repository-reader.ts";
import { changedManifests, releaseNameOf } from "./changed-manifests.ts";
import { problemOf } from "./decide-promotion.ts";
import { type Promoted, type PromotePorts, type Push, promoteRelease } from "./promote-release.ts";
import { tellDecision } from "./tell-decision.ts";

/**
 * A merge that changes manifests promotes each of them. Safe to repeat, and for a commit that brings none does nothing. Where
 * nothing but a watch stands before it, the push comes again when that is over.
 */
export async function promotePushed(push: Push, ports: PromotePorts): Promise<Promoted[]> {
  const { repositoryId, repository, commit } = push;
  const due = await changedManifests(push, ports);
  if (due.length === 0) return [];
  const { reader } = await ports.open({ repositoryId, repository });
  const read = await readRepositoryFromTree(due, reader, { commit, cache: ports.blobCache(repositoryId) });
  const promoted = await refuseUnread(push, due, read, ports);
  for (const { name } of read.releases) {
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

/** What cannot be read was merged all the same: nobody shall wait for its promotion. */
async function refuseUnread(
  { repositoryId, repository, commit }: Push,
  due: readonly TreeEntry[],
  { releases, findings }: AiRepository,
  ports: PromotePorts,
): Promise<Promoted[]> {
  const unread = due.filter(({ path }) => !releases.some((release) => release.path === path));
  return Promise.all(
    unread.map(async ({ path }): Promise<Promoted> => {
      const refusals = findings
        .filter((finding) => finding.path === path && finding.severity === "error")
        .map(problemOf);
      const name = releaseNameOf(path);
      await tellDecision({ repositoryId, repository }, { name, commit, releaseId: name, refusals }, ports);
      ports.log.info("release.unread", { repository, path, commit });
      return { kind: "refused", refusals };
    }),
  );
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
