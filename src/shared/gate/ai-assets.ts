import type { TreeEntry } from "../repository/repository-reader.ts";

/** Where the files of an AI repository are that a gate reads. */
export function isAiAsset(path: string): boolean {
  return /^(prompts|evals|routing|releases|foundry)\//.test(path) || path === "assay.yaml";
}

/** Paths of AI assets whose content or mode differs between two trees. */
export function changedAssets(
  base: readonly TreeEntry[],
  head: readonly TreeEntry[],
  isReferenced: (path: string) => boolean = () => false,
): string[] {
  return changedPaths(base, head).filter((path) => isAiAsset(path) || isReferenced(path));
}

/**
 * The base branch's tip with what the pull request changed since they parted: what a merge would give, file by file. A
 * file that both sides changed is taken from the pull request; git itself refuses that merge where the lines collide.
 */
export function overlay(
  tip: readonly TreeEntry[],
  mergeBase: readonly TreeEntry[],
  head: readonly TreeEntry[],
): TreeEntry[] {
  const result = new Map(tip.map((entry) => [entry.path, entry]));
  const after = new Map(head.map((entry) => [entry.path, entry]));
  for (const path of changedPaths(mergeBase, head)) {
    const entry = after.get(path);
    if (entry) result.set(path, entry);
    else result.delete(path);
  }
  return [...result.values()];
}

function changedPaths(before: readonly TreeEntry[], after: readonly TreeEntry[]): string[] {
  const identity = (entry: TreeEntry) => `${entry.mode} ${entry.sha}`;
  const was = new Map(before.filter(isFile).map((entry) => [entry.path, identity(entry)]));
  const is = new Map(after.filter(isFile).map((entry) => [entry.path, identity(entry)]));
  return [...new Set([...was.keys(), ...is.keys()])].filter((path) => was.get(path) !== is.get(path)).sort();
}

function isFile(entry: TreeEntry): boolean {
  return entry.type !== "tree";
}
