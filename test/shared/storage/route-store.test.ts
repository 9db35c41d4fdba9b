import { expect, test } from "vitest";
import { createRouteDocuments, createServedRoutes } from "../../../src/shared/storage/route-store.ts";
import type { Table, Tables } from "../../../src/shared/storage/tables.ts";

test("a request costs one read of storage; a document is read once a process", async () => {
  const reads: string[] = [];
  const row = { repositoryId: 9, repository: "acme/ai", name: "chat", path: "routing/chat.yaml", digest: "d" };
  const value = { ...row, commit: "c", publishedAt: "2026-11-15T10:00:00.000Z" };
  const table: Partial<Table> = {
    async get(partitionKey, rowKey) {
      reads.push(`${partitionKey} ${rowKey}`);
      return { partitionKey, rowKey, value, etag: "1" };
    },
  };
  const tables: Tables = { table: () => table as Table };
  const blobs = {
    async get(path: string) {
      reads.push(path);
      return Buffer.from("{}");
    },
    put: async () => {},
    append: async () => {},
  };
  const served = createServedRoutes(tables, createRouteDocuments(blobs));
  for (let request = 0; request < 3; request++) {
    const alias = await served.alias("Acme/AI", "chat");
    expect(await served.document(alias?.repositoryId ?? 0, alias?.digest ?? "")).toBe("{}");
  }
  const alias = "0 alias:acme:ai:chat";
  expect(reads).toEqual([alias, "9/routes/d.json", alias, alias]);
});
