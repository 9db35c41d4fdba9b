/** One entry of a git tree, as git and GitHub write it. */
export interface TreeEntry {
  /** From the repository's root, with `/`. */
  path: string;
  /** `100644`, `100755`, `120000` (symbolic link), `160000` (submodule), `040000` (folder). */
  mode: string;
  /** `blob`, `tree` or `commit`. */
  type: string;
  sha: string;
  /** Bytes; blobs only. */
  size?: number;
}

/** Reads git objects of one repository. */
export interface RepositoryReader {
  /** The whole tree of a commit, recursively. Throws where it is too large to be listed whole: a cut list is no list. */
  tree(commit: string): Promise<TreeEntry[]>;
  blob(sha: string): Promise<Uint8Array>;
}

/** Keeps blobs by their SHA; content never changes under one. */
export interface BlobCache {
  get(sha: string): Promise<Uint8Array | undefined>;
  set(sha: string, bytes: Uint8Array): Promise<void>;
}

/** Keeps blobs as long as the process lives, the oldest dropped first beyond `maxBytes`. */
export function createMemoryBlobCache(maxBytes = 64 * 1024 * 1024): BlobCache {
  const blobs = new Map<string, Uint8Array>();
  let held = 0;
  return {
    get: async (sha) => blobs.get(sha),
    set: async (sha, bytes) => {
      if (blobs.has(sha) || bytes.length > maxBytes) return;
      blobs.set(sha, bytes);
      held += bytes.length;
      for (const [oldest, dropped] of blobs) {
        if (held <= maxBytes) break;
        blobs.delete(oldest);
        held -= dropped.length;
      }
    },
  };
}
