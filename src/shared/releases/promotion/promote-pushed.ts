import { readRepositoryFromTree } from "../../repository/read-repository.ts";
import type { RepositoryReader, TreeEntry } from "../../repository/repository-reader.ts";
import { type Promoted, type PromotePorts, type Push, promoteRelease } from "./promote-release.ts";

/**
 * A merge that changes manifests promotes each of them. Safe to repeat, and for a commit that brings none does nothing. Where
 * nothing but a watch stands before it, the push comes again when that is over.
 */
export async function promotePushed(push: Push, ports: PromotePorts): Promise<Promoted[]> {
  const { repositoryId, repository, commit, before, waited } = push;
  const { reader, pulls } = await ports.open({ repositoryId, repository });
  const after = await manifestsAt(commit, reader);
  if (after.length === 0) return [];
  // A branch that was just made has no commit before.
  const was = before === undefined || /^0+$/.test(before) ? [] : await manifestsAt(before, reader);
  const changed = after.filter((entry) => !isAmong(entry, was));
  // Who waited must not bring back what was merged over it meanwhile.
  const now = waited ? await manifestsAt(await pulls.tip(await pulls.defaultBranch()), reader) : changed;
  const due = changed.filter((entry) => isAmong(entry, now));
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
  if (until !== undefined)
    await ports.again(push, Math.max(0, Date.parse(until) - ports.clock.now().getTime()) + graceMs);
  return promoted;
}

/** The watch's last look comes with the minute timer. */
const graceMs = 90_000;

/** Refusals that need nobody: their time is known. */
function waitsUntil(promoted: Promoted): string[] {
  if (promoted.kind !== "refused") return [];
  const ends = promoted.refusals.map(({ until }) => until);
  return ends.every((end) => end !== undefined) ? ends.toSorted().slice(-1) : [];
}

async function manifestsAt(commit: string, reader: RepositoryReader): Promise<TreeEntry[]> {
  return (await reader.tree(commit)).filter(({ path }) => /^releases\/.*\.ya?ml$/.test(path));
}

function isAmong({ path, sha }: TreeEntry, entries: readonly TreeEntry[]): boolean {
  return entries.some((other) => other.path === path && other.sha === sha);
}
