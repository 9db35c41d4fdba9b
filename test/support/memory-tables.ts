import type { Row, RowChange, Table, Tables } from "../../src/shared/storage/tables.ts";

/** Tables in memory that refuse what Azure's would; each call yields, so that workers come between one another. */
export function createMemoryTables(): Tables {
  const opened = new Map<string, Table>();
  return {
    table(name) {
      const known = opened.get(name) ?? createTable();
      opened.set(name, known);
      return known;
    },
  };
}

function createTable(): Table {
  const rows = new Map<string, Row>();
  let version = 0;
  const place = (partitionKey: string, rowKey: string) => `${partitionKey}\n${rowKey}`;
  const set = (partitionKey: string, rowKey: string, value: object): Row => {
    // As columns do, JSON keeps no property that is undefined.
    const row = { partitionKey, rowKey, value: JSON.parse(JSON.stringify(value)), etag: `${++version}` };
    rows.set(place(partitionKey, rowKey), row);
    return row;
  };
  const isSame = ({ partitionKey, rowKey, etag }: Row) => rows.get(place(partitionKey, rowKey))?.etag === etag;
  const copy = (row: Row) => ({ ...row, value: structuredClone(row.value) });
  const refused = (partitionKey: string, change: RowChange): boolean => {
    if ("insert" in change) return rows.has(place(partitionKey, change.insert));
    if ("replace" in change) return !isSame(change.replace);
    return "remove" in change && !rows.has(place(partitionKey, change.remove));
  };
  const apply = (partitionKey: string, change: RowChange): void => {
    if ("insert" in change) set(partitionKey, change.insert, change.value);
    else if ("upsert" in change) set(partitionKey, change.upsert, change.value);
    else if ("replace" in change) set(partitionKey, change.replace.rowKey, change.value);
    else rows.delete(place(partitionKey, change.remove));
  };
  const self: Table = {
    insert: (partitionKey, rowKey, value) => self.transaction(partitionKey, [{ insert: rowKey, value }]),
    async get(partitionKey, rowKey) {
      await yielded();
      const row = rows.get(place(partitionKey, rowKey));
      return row && copy(row);
    },
    replace: (row, value) => self.transaction(row.partitionKey, [{ replace: row, value }]),
    async swap(row, value) {
      await yielded();
      return isSame(row) ? copy(set(row.partitionKey, row.rowKey, value)) : undefined;
    },
    async merge(partitionKey, rowKey, value) {
      await yielded();
      const row = rows.get(place(partitionKey, rowKey));
      if (row) set(partitionKey, rowKey, { ...row.value, ...value });
      return row !== undefined;
    },
    remove: (partitionKey, rowKey) => self.transaction(partitionKey, [{ remove: rowKey }]),
    async range(partitionKey, from, to, limit = 1000) {
      await yielded();
      return [...rows.values()]
        .filter((row) => row.partitionKey === partitionKey && row.rowKey >= from && row.rowKey < to)
        .sort((a, b) => (a.rowKey < b.rowKey ? -1 : 1))
        .slice(0, limit)
        .map(copy);
    },
    async transaction(partitionKey, changes) {
      await yielded();
      if (changes.some((change) => refused(partitionKey, change))) return false;
      for (const change of changes) apply(partitionKey, change);
      return true;
    },
  };
  return self;
}

const yielded = () => Promise.resolve();
