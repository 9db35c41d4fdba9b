import type { RepositoryRef } from "../../gate/code-host.ts";
import { readRepository } from "../../repository/read-repository.ts";
import type { ReleaseManifest } from "../../repository/release.ts";
import type { FactPorts } from "./read-facts.ts";

/** Whether the default branch says something else of a manifest by now: an old request must not bring back what was replaced. */
export async function wasReplaced(
  { repositoryId, repository }: RepositoryRef,
  { name, digest }: Pick<ReleaseManifest, "name" | "digest">,
  { open, blobCache }: Pick<FactPorts, "open" | "blobCache">,
): Promise<boolean> {
  const { reader, pulls } = await open({ repositoryId, repository });
  const tip = await pulls.tip(await pulls.defaultBranch());
  const { releases } = await readRepository(reader, tip, { cache: blobCache(repositoryId) });
  return releases.find((own) => own.name === name)?.digest !== digest;
}
