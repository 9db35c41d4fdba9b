import { type BlobCache, createMemoryBlobCache } from "../repository/repository-reader.ts";
import type { Blobs } from "./blobs.ts";

/** Git blobs of a repository, by SHA: in the process, then in storage; content never changes under a SHA. */
export function createBlobCaches(blobs: Blobs): (repositoryId: number) => BlobCache {
  const caches = new Map<number, BlobCache>();
  return (repositoryId) => {
    const known = caches.get(repositoryId) ?? twoLevels(repositoryId, blobs);
    caches.set(repositoryId, known);
    return known;
  };
}

function twoLevels(repositoryId: number, blobs: Blobs): BlobCache {
  const memory = createMemoryBlobCache();
  const path = (sha: string) => `${repositoryId}/git/${sha}`;
  return {
    async get(sha) {
      const near = await memory.get(sha);
      if (near) return near;
      const far = await blobs.get(path(sha));
      if (far) await memory.set(sha, far);
      return far;
    },
    async set(sha, bytes) {
      await memory.set(sha, bytes);
      await blobs.put(path(sha), bytes);
    },
  };
}
