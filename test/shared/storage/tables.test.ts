import { beforeAll, describe, expect, test } from "vitest";
import { createTables, type Table } from "../../../src/shared/storage/tables.ts";
import { freshName, sharedAzurite } from "../../support/azurite.ts";

let table: Table;
beforeAll(async () => {
  const connectionString = await sharedAzurite();
  table = createTables({ kind: "connectionString", connectionString }).table(freshName("rows"));
});

describe("a table", () => {
  test("the first writer wins", async () => {
    const inserted = await Promise.all([1, 2, 3, 4, 5].map((n) => table.insert("1", "first", { n })));
    expect(inserted.filter(Boolean)).toHaveLength(1);
    const winner = inserted.indexOf(true) + 1;
    expect((await table.get("1", "first"))?.value).toEqual({ n: winner });
  });

  test("of two that read the same row one writes it back", async () => {
    await table.insert("1", "raced", { n: 0 });
    const [a, b] = [await table.get("1", "raced"), await table.get("1", "raced")];
    if (!a || !b) throw new Error("the row is not there");
    expect(await Promise.all([table.replace(a, { n: 1 }), table.replace(b, { n: 2 })])).toContain(false);
    const read = await table.get("1", "raced");
    expect(await table.replace(a, { n: 3 })).toBe(false);
    expect((await table.get("1", "raced"))?.value).toEqual(read?.value);
  });

  test("a transaction is all or nothing", async () => {
    await table.insert("1", "there", { n: 0 });
    const known = await table.get("1", "there");
    if (!known) throw new Error("the row is not there");
    expect(
      await table.transaction("1", [
        { insert: "new", value: { n: 1 } },
        { insert: "there", value: { n: 1 } },
      ]),
    ).toBe(false);
    expect(await table.get("1", "new")).toBeUndefined();
    await table.replace(known, { n: 5 });
    expect(
      await table.transaction("1", [
        { insert: "new", value: { n: 1 } },
        { replace: known, value: { n: 6 } },
      ]),
    ).toBe(false);
    expect(await table.get("1", "new")).toBeUndefined();
    expect((await table.get("1", "there"))?.value).toEqual({ n: 5 });
  });

  test("what is not there is not replaced, merged or removed", async () => {
    await table.insert("1", "gone", { n: 0 });
    const known = await table.get("1", "gone");
    if (!known) throw new Error("the row is not there");
    expect(await table.remove("1", "gone")).toBe(true);
    expect(await table.remove("1", "gone")).toBe(false);
    expect(await table.replace(known, { n: 1 })).toBe(false);
    expect(await table.merge("1", "gone", { n: 1 })).toBe(false);
    expect(await table.get("1", "gone")).toBeUndefined();
  });

  test("a range is bounded on both sides and by its number; a quote in a key stays in it", async () => {
    for (const key of ["r:a", "r:b'c", "r:d", "s:a"]) await table.insert("2", key, { key });
    const keys = async (limit?: number) => (await table.range("2", "r:", "r;", limit)).map(({ rowKey }) => rowKey);
    expect(await keys()).toEqual(["r:a", "r:b'c", "r:d"]);
    expect(await keys(2)).toEqual(["r:a", "r:b'c"]);
    expect((await table.range("2", "r:b'", "r:b(")).map(({ rowKey }) => rowKey)).toEqual(["r:b'c"]);
  });

  test("nested values come back as they were", async () => {
    const value = { list: [1, { a: "x" }], text: "{}", flag: false, big: 2 ** 40 };
    await table.insert("3", "nested", { ...value, none: undefined });
    expect((await table.get("3", "nested"))?.value).toEqual(value);
  });
});
