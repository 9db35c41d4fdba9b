import type { RepositoryRef } from "../../gate/code-host.ts";
import { readRepositoryFromTree } from "../../repository/read-repository.ts";
import type { TreeEntry } from "../../repository/repository-reader.ts";
import { type Promoted, type PromotePorts, promoteRelease } from "./promote-release.ts";

/** A merge that changes manifests promotes each of them. Safe to repeat, and for a commit that brings none does nothing. */
export async function promotePushed(
  { repositoryId, repository, commit, before }: RepositoryRef & { commit: string; before?: string | undefined },
  ports: PromotePorts,
): Promise<Promoted[]> {
  const { reader } = await ports.open({ repositoryId, repository });
  const after = (await reader.tree(commit)).filter(isManifest);
  if (after.length === 0) return [];
  // A branch that was just made has no commit before.
  const was = before === undefined || /^0+$/.test(before) ? [] : (await reader.tree(before)).filter(isManifest);
  const known = new Map(was.map(({ path, sha }) => [path, sha]));
  const changed = after.filter(({ path, sha }) => known.get(path) !== sha);
  const { releases } = await readRepositoryFromTree(changed, reader, { commit, cache: ports.blobCache(repositoryId) });
  const promoted: Promoted[] = [];
  for (const { name } of releases) {
    const cause = {
      kind: "merge",
      reason: `merged as ${commit.slice(0, 10)}`,
      acceptedAt: ports.clock.now().toISOString(),
    } as const;
    promoted.push(await promoteRelease({ repositoryId, repository, name, commit, cause }, ports));
  }
  return promoted;
}

function isManifest({ path }: TreeEntry): boolean {
  return /^releases\/.*\.ya?ml$/.test(path);
}
