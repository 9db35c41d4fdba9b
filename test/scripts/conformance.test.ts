import { execFile } from "node:child_process";
import path from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { folderWith } from "../support/run-cli.ts";

test("a file that brings its datasets along is checked with them", async () => {
  const input = { dataset: "datasets/own/correct.csv", base: "old", head: "new" };
  const row = { id: "own", kind: "real_mcnemar", input, expected: { n: 3, pass_to_fail: 1 }, tolerance: 0 };
  const { folder, remove } = await folderWith({
    "rows.json": JSON.stringify({ meta: {}, rows: [row] }),
    "datasets/own/correct.csv": "old,new\n1,0\n1,1\n0,0\n",
  });
  const script = path.resolve(import.meta.dirname, "../../scripts/conformance.ts");
  const { ASSAY_DATA: _, ...env } = process.env;
  const { stdout } = await promisify(execFile)(process.execPath, [script, path.join(folder, "rows.json"), "--json"], {
    env,
  }).finally(remove);
  expect(JSON.parse(stdout)).toEqual({ right: 1, wrong: 0, unclaimed: 0 });
});
