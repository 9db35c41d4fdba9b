import type { Table } from "./tables.ts";

/** More writers than this at one moment do not come: each writes a block for many calls. */
const mostTries = 50;

/** Writes what `next` makes of a row, from its newest version on, by insert-if-absent and If-Match. */
export async function changeRow<T extends object>(
  table: Table,
  [partitionKey, rowKey]: [string, string],
  parse: (value: unknown) => T,
  next: (known: T | undefined) => T,
): Promise<T> {
  for (let tries = 0; tries < mostTries; tries++) {
    const row = await table.get(partitionKey, rowKey);
    const value = next(row && parse(row.value));
    const written = row ? await table.replace(row, value) : await table.insert(partitionKey, rowKey, value);
    if (written) return value;
  }
  throw new Error(`Row ${rowKey} changed ${mostTries} times while it was being written; try again.`);
}
