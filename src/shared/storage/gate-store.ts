import * as z from "zod";
import type { Documents, GateStore, Rows } from "../gate/gate-store.ts";
import { Plan } from "../gate/plan.ts";
import { Baseline, Gate, PullState, ShardState } from "../gate/schema.ts";
import { PromptAlias, RouteAlias, RouteHead } from "../routing/route-alias.ts";
import type { Blobs } from "./blobs.ts";
import { endOf, partitionOf } from "./keys.ts";
import type { Row, Tables } from "./tables.ts";

const Verdict = z.object({
  gateId: z.string(),
  conclusion: z.string(),
  title: z.string(),
  verdict: z.string(),
  decidedAt: z.string(),
});

export function createGateStore(tables: Tables, blobs: Blobs): GateStore {
  return {
    gates: createRows(tables, "operations", "gate:", Gate),
    active: createRows(tables, "operations", "active:", z.object({ gateId: z.string() })),
    pulls: createRows(tables, "operations", "", PullState),
    shards: createRows(tables, "shards", "", ShardState),
    baselines: createRows(tables, "runs", "baseline:", Baseline),
    verdicts: createRows(tables, "verdicts", "gate:", Verdict),
    routes: createRows(tables, "routes", "alias:", RouteAlias),
    prompts: createRows(tables, "routes", "prompt:", PromptAlias),
    routeHeads: createRows(tables, "routes", "head:", RouteHead),
    plans: createDocuments(blobs, Plan),
  };
}

/** Rows of one kind in a table; the kind's prefix keeps them apart in the repository's partition. */
function createRows<T extends object>(tables: Tables, table: string, prefix: string, schema: z.ZodType<T>): Rows<T> {
  const rows = () => tables.table(table);
  const versions = new WeakMap<object, Row>();
  return {
    async get(repositoryId, key) {
      const row = await rows().get(partitionOf(repositoryId), prefix + key);
      if (!row) return undefined;
      const version = {};
      versions.set(version, row);
      return { value: schema.parse(row.value), version };
    },
    insert: (repositoryId, key, value) => rows().insert(partitionOf(repositoryId), prefix + key, value),
    async replace(_repositoryId, key, stored, value) {
      const row = versions.get(Object(stored.version));
      if (!row) throw new TypeError(`${prefix}${key} is written back without having been read`);
      return rows().replace(row, value);
    },
    async list(repositoryId, keyPrefix) {
      const from = prefix + keyPrefix;
      const found = await rows().range(partitionOf(repositoryId), from, endOf(from), Number.POSITIVE_INFINITY);
      return found.map((row) => schema.parse(row.value));
    },
    async remove(repositoryId, key) {
      await rows().remove(partitionOf(repositoryId), prefix + key);
    },
  };
}

/** Larger documents as JSON blobs below the repository. */
export function createDocuments<T>(blobs: Blobs, schema: z.ZodType<T>): Documents<T> {
  return {
    async read(repositoryId, path) {
      const bytes = await blobs.get(`${repositoryId}/${path}`);
      return bytes && schema.parse(JSON.parse(Buffer.from(bytes).toString("utf8")));
    },
    write: (repositoryId, path, value) => blobs.put(`${repositoryId}/${path}`, JSON.stringify(value)),
  };
}
