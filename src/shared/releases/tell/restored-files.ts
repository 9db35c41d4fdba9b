import type { TreeEntry } from "../../repository/repository-reader.ts";
import type { RestoredFile } from "./ports.ts";

/** A file that the release changed, in the trees that count. */
export interface ChangedFile {
  path: string;
  /** As the release has it. */
  bad: TreeEntry | undefined;
  /** As it was. */
  good: TreeEntry | undefined;
  /** As the default branch has it now. */
  now: TreeEntry | undefined;
}

/** What a revert restores: files that the default branch still has as the release brought them, and that were otherwise before. */
export function restoredFiles(files: readonly ChangedFile[]): RestoredFile[] {
  return files.flatMap(({ path, bad, good, now }) => {
    if (!bad || now?.sha !== bad.sha || good?.sha === bad.sha) return [];
    return [good ? { path, mode: good.mode, sha: good.sha } : { path, mode: bad.mode }];
  });
}

/** The manifest of a release: its file has its name, which is unique in a repository. */
export function manifestPath(tree: readonly TreeEntry[], name: string): string | undefined {
  return tree.find(
    ({ path, type }) => type === "blob" && /^releases\/(?:.+\/)?([^/]+)\.ya?ml$/.exec(path)?.[1] === name,
  )?.path;
}
