import { createMemoryBlobCache } from "../repository/repository-reader.ts";
import {
  aliasKey,
  PromptAlias,
  type PromptDocuments,
  RouteAlias,
  type RouteDocuments,
  RouteHead,
  repositoryKey,
  type ServedPrompts,
  type ServedRoutes,
} from "../routing/route-alias.ts";
import type { Blobs } from "./blobs.ts";
import { partitionOf } from "./keys.ts";
import type { Tables } from "./tables.ts";

export const createRouteDocuments = (blobs: Blobs): RouteDocuments => createServedDocuments(blobs, "routes");
export const createPromptDocuments = (blobs: Blobs): PromptDocuments => createServedDocuments(blobs, "prompts");

function createServedDocuments(blobs: Blobs, folder: "routes" | "prompts"): RouteDocuments {
  const pathOf = (repositoryId: number, digest: string) => `${repositoryId}/${folder}/${digest}.json`;
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
  return {
    async alias(repository, name) {
      const row = await tables.table("routes").get(partitionOf(0), `alias:${aliasKey(repository, name)}`);
      return row && RouteAlias.parse(row.value);
    },
    async repositoryId(repository) {
      const row = await tables.table("routes").get(partitionOf(0), `head:${repositoryKey(repository)}`);
      return row && RouteHead.parse(row.value).repositoryId;
    },
    document: keptDocuments(documents),
  };
}

export function createServedPrompts(tables: Tables, documents: PromptDocuments): ServedPrompts {
  return {
    async alias(repository, name) {
      const row = await tables.table("routes").get(partitionOf(0), `prompt:${aliasKey(repository, name)}`);
      return row && PromptAlias.parse(row.value);
    },
    document: keptDocuments(documents),
  };
}

function keptDocuments(documents: RouteDocuments): RouteDocuments["get"] {
  const kept = createMemoryBlobCache();
  return async (repositoryId, digest) => {
    const key = `${repositoryId}/${digest}`;
    const near = await kept.get(key);
    if (near) return Buffer.from(near).toString("utf8");
    const far = await documents.get(repositoryId, digest);
    if (far !== undefined) await kept.set(key, Buffer.from(far));
    return far;
  };
}
