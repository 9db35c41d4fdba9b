import { createMemoryBlobCache } from "../repository/repository-reader.ts";
import {
  aliasKey,
  RouteAlias,
  type RouteDocuments,
  RouteHead,
  repositoryKey,
  type ServedRoutes,
} from "../routing/route-alias.ts";
import type { Blobs } from "./blobs.ts";
import { partitionOf } from "./keys.ts";
import type { Tables } from "./tables.ts";

const pathOf = (repositoryId: number, digest: string) => `${repositoryId}/routes/${digest}.json`;

export function createRouteDocuments(blobs: Blobs): RouteDocuments {
  return {
    async get(repositoryId, digest) {
      const bytes = await blobs.get(pathOf(repositoryId, digest));
      return bytes && Buffer.from(bytes).toString("utf8");
    },
    put: (repositoryId, digest, text) => blobs.put(pathOf(repositoryId, digest), text),
  };
}

/** Aliases are read each time; documents are kept by the process, for content never changes under a digest. */
export function createServedRoutes(tables: Tables, documents: RouteDocuments): ServedRoutes {
  const kept = createMemoryBlobCache();
  return {
    async alias(repository, name) {
      const row = await tables.table("routes").get(partitionOf(0), `alias:${aliasKey(repository, name)}`);
      return row && RouteAlias.parse(row.value);
    },
    async repositoryId(repository) {
      const row = await tables.table("routes").get(partitionOf(0), `head:${repositoryKey(repository)}`);
      return row && RouteHead.parse(row.value).repositoryId;
    },
    async document(repositoryId, digest) {
      const key = `${repositoryId}/${digest}`;
      const near = await kept.get(key);
      if (near) return Buffer.from(near).toString("utf8");
      const far = await documents.get(repositoryId, digest);
      if (far !== undefined) await kept.set(key, Buffer.from(far));
      return far;
    },
  };
}
