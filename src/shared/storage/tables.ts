import { RestError, TableClient, type TransactionAction } from "@azure/data-tables";
import type { StorageConnection } from "./connection.ts";
import { isKey } from "./keys.ts";

/** A stored row; nested values are kept as JSON in columns whose names end in `_json`. */
export interface Row {
  partitionKey: string;
  rowKey: string;
  value: Record<string, unknown>;
  etag: string;
}

/** One table, with the only two ways in which its rows may come and change: insert-if-absent, and If-Match. */
export interface Table {
  /** False where the row exists already. */
  insert(partitionKey: string, rowKey: string, value: object): Promise<boolean>;
  get(partitionKey: string, rowKey: string): Promise<Row | undefined>;
  /** False where the row changed, or went, since it was read. */
  replace(row: Row, value: object): Promise<boolean>;
  /** As `replace`, with the row as it is now, to be written again; undefined where it changed since it was read. */
  swap(row: Row, value: Record<string, unknown>): Promise<Row | undefined>;
  /** Adds columns to a row that exists (If-Match: *): heartbeats and marks, which need no order. False where it does not. */
  merge(partitionKey: string, rowKey: string, value: object): Promise<boolean>;
  /** False where the row was not there. */
  remove(partitionKey: string, rowKey: string): Promise<boolean>;
  /** Rows with from ≤ RowKey < to of one partition, in order. */
  range(partitionKey: string, from: string, to: string, limit?: number): Promise<Row[]>;
  /** All or nothing, within one partition. False where an insert met a row, or an If-Match failed. */
  transaction(partitionKey: string, changes: RowChange[]): Promise<boolean>;
}

export type RowChange =
  | { insert: string; value: object }
  | { upsert: string; value: object }
  | { replace: Row; value: object }
  | { remove: string };

export interface Tables {
  table(name: string): Table;
}

/** Tables of the product, each made at its first use (those of a month come and go). */
export function createTables(connection: StorageConnection): Tables {
  const opened = new Map<string, Table>();
  return {
    table(name) {
      const known = opened.get(name) ?? openTable(connection, name);
      opened.set(name, known);
      return known;
    },
  };
}

function openTable(connection: StorageConnection, name: string): Table {
  const client = tableClient(connection, name);
  const withTable = <T>(work: () => Promise<T>) => createWhereMissing(client, work);
  return {
    insert: (partitionKey, rowKey, value) =>
      withTable(() =>
        falseOn([409], async () => {
          await client.createEntity({ partitionKey, rowKey, ...columnsOf(value) });
        }),
      ),
    get: (partitionKey, rowKey) =>
      withTable(async () => {
        if (!isKey(partitionKey) || !isKey(rowKey)) return undefined;
        try {
          return rowOf(await client.getEntity(partitionKey, rowKey));
        } catch (thrown) {
          if (isStatus(thrown, 404) && codeOf(thrown) !== "TableNotFound") return undefined;
          throw thrown;
        }
      }),
    replace: ({ partitionKey, rowKey, etag }, value) =>
      withTable(() =>
        falseOn([404, 412], async () => {
          await client.updateEntity({ partitionKey, rowKey, ...columnsOf(value) }, "Replace", { etag });
        }),
      ),
    swap: (row, value) =>
      withTable(async () => {
        let etag: string | undefined;
        const { partitionKey, rowKey } = row;
        const written = await falseOn([404, 412], async () => {
          const entity = { partitionKey, rowKey, ...columnsOf(value) };
          ({ etag } = await client.updateEntity(entity, "Replace", { etag: row.etag }));
        });
        if (!written) return undefined;
        if (etag === undefined) throw new Error(`Row ${rowKey} was written and its ETag was not told.`);
        return { partitionKey, rowKey, value, etag };
      }),
    merge: (partitionKey, rowKey, value) =>
      withTable(() =>
        falseOn([404], async () => {
          await client.updateEntity({ partitionKey, rowKey, ...columnsOf(value) }, "Merge", { etag: "*" });
        }),
      ),
    remove: (partitionKey, rowKey) =>
      withTable(() =>
        falseOn([404], async () => {
          await client.deleteEntity(partitionKey, rowKey);
        }),
      ),
    range: (partitionKey, from, to, limit = 1000) =>
      withTable(async () => {
        const filter = `PartitionKey eq '${quote(partitionKey)}' and RowKey ge '${quote(from)}' and RowKey lt '${quote(to)}'`;
        const rows: Row[] = [];
        for await (const entity of client.listEntities({ queryOptions: { filter } })) {
          rows.push(rowOf(entity));
          if (rows.length >= limit) break;
        }
        return rows;
      }),
    transaction: (partitionKey, changes) =>
      withTable(() =>
        falseOn([409, 412, 404], async () => {
          await client.submitTransaction(changes.map((change) => actionOf(partitionKey, change)));
        }),
      ),
  };
}

function tableClient(connection: StorageConnection, name: string): TableClient {
  if (connection.kind === "identity") return new TableClient(connection.table, name, connection.credential);
  return TableClient.fromConnectionString(connection.connectionString, name, { allowInsecureConnection: true });
}

async function createWhereMissing<T>(client: TableClient, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (thrown) {
    if (codeOf(thrown) !== "TableNotFound") throw thrown;
    await client.createTable();
    return work();
  }
}

async function falseOn(statuses: number[], work: () => Promise<void>): Promise<boolean> {
  try {
    await work();
    return true;
  } catch (thrown) {
    if (codeOf(thrown) !== "TableNotFound" && statuses.some((status) => isStatus(thrown, status))) return false;
    throw thrown;
  }
}

function isStatus(thrown: unknown, status: number): boolean {
  return thrown instanceof RestError && thrown.statusCode === status;
}

function codeOf(thrown: unknown): string | undefined {
  if (!(thrown instanceof RestError)) return undefined;
  const details = thrown.details as { odataError?: { code?: string } } | undefined;
  return thrown.code ?? details?.odataError?.code;
}

function actionOf(partitionKey: string, change: RowChange): TransactionAction {
  if ("insert" in change) return ["create", { partitionKey, rowKey: change.insert, ...columnsOf(change.value) }];
  if ("upsert" in change)
    return ["upsert", { partitionKey, rowKey: change.upsert, ...columnsOf(change.value) }, "Replace"];
  if ("remove" in change) return ["delete", { partitionKey, rowKey: change.remove }];
  const { rowKey, etag } = change.replace;
  return ["update", { partitionKey, rowKey, ...columnsOf(change.value) }, "Replace", { etag }];
}

function columnsOf(value: object): Record<string, string | number | boolean> {
  const columns: Record<string, string | number | boolean> = {};
  for (const [name, item] of Object.entries(value)) {
    if (item === undefined || item === null) continue;
    if (typeof item === "object") columns[`${name}_json`] = JSON.stringify(item);
    else if (typeof item === "string" || typeof item === "boolean") columns[name] = item;
    else if (typeof item === "number") columns[name] = item;
  }
  return columns;
}

const ownColumns = new Set(["partitionKey", "rowKey", "etag", "timestamp"]);

function rowOf(entity: Record<string, unknown>): Row {
  const value: Record<string, unknown> = {};
  for (const [name, item] of Object.entries(entity)) {
    if (ownColumns.has(name) || name.startsWith("odata")) continue;
    if (name.endsWith("_json") && typeof item === "string") value[name.slice(0, -5)] = JSON.parse(item);
    else value[name] = typeof item === "bigint" ? Number(item) : item;
  }
  return {
    partitionKey: String(entity.partitionKey),
    rowKey: String(entity.rowKey),
    etag: String(entity.etag ?? ""),
    value,
  };
}

function quote(key: string): string {
  return key.replaceAll("'", "''");
}
