import { readRepositoryFromTree } from "../repository/read-repository.ts";
import type { TreeEntry } from "../repository/repository-reader.ts";
import { changedAssets, overlay } from "./ai-assets.ts";
import type { Sides } from "./build-plan.ts";
import type { GatePorts, OpenRepository } from "./ports.ts";
import type { Gate } from "./schema.ts";

/**
 * Both sides of a gate. The base is the base branch's tip; the head is that tip with the pull request's changes, which is
 * what merging would give. Undefined where no AI asset differs.
 */
export async function readSides(
  gate: Pick<Gate, "repositoryId" | "baseSha" | "headSha">,
  host: Pick<OpenRepository, "reader"> & { pulls: Pick<OpenRepository["pulls"], "mergeBase"> },
  ports: Pick<GatePorts, "blobCache">,
): Promise<Sides | undefined> {
  const { reader } = host;
  const cache = ports.blobCache(gate.repositoryId);
  const read = (commit: string, tree: TreeEntry[]) => readRepositoryFromTree(tree, reader, { commit, cache });
  const headTree = await reader.tree(gate.headSha);
  if (gate.baseSha === undefined) return { head: await read(gate.headSha, headTree) };
  const mergeBase = await host.pulls.mergeBase(gate.baseSha, gate.headSha);
  const baseTree = await reader.tree(gate.baseSha);
  const merged = mergeBase === gate.baseSha ? headTree : overlay(baseTree, await reader.tree(mergeBase), headTree);
  const base = await read(gate.baseSha, baseTree);
  // Datasets and schemas may lie anywhere; a suite's references say where.
  const changed = changedAssets(baseTree, merged, (path) => base.files.has(path));
  if (changed.length === 0) return undefined;
  return { base, head: await read(gate.headSha, merged), changed };
}
