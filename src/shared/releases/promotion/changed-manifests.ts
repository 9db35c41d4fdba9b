import type { RepositoryReader, TreeEntry } from "../../repository/repository-reader.ts";
import type { PromotePorts, Push } from "./promote-release.ts";

/** The manifests that a push adds or changes. */
export async function changedManifests(
  { repositoryId, repository, commit, before, waited }: Push,
  { open }: Pick<PromotePorts, "open">,
): Promise<TreeEntry[]> {
  const { reader, pulls } = await open({ repositoryId, repository });
  const after = await manifestsAt(commit, reader);
  if (after.length === 0) return [];
  // A branch that was just made has no commit before.
  const was = before === undefined || /^0+$/.test(before) ? [] : await manifestsAt(before, reader);
  const changed = after.filter((entry) => !isAmong(entry, was));
  if (!waited) return changed;
  // Who waited must not bring back what was merged over it meanwhile.
  const now = await manifestsAt(await pulls.tip(await pulls.defaultBranch()), reader);
  return changed.filter((entry) => isAmong(entry, now));
}

async function manifestsAt(commit: string, reader: RepositoryReader): Promise<TreeEntry[]> {
  return (await reader.tree(commit)).filter(({ path }) => /^releases\/.*\.ya?ml$/.test(path));
}

function isAmong({ path, sha }: TreeEntry, entries: readonly TreeEntry[]): boolean {
  return entries.some((other) => other.path === path && other.sha === sha);
}

/** A manifest is named like its file, which is all that is known of one that cannot be read. */
export function releaseNameOf(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1).replace(/\.ya?ml$/, "");
}
