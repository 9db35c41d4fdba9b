import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import { expect, test } from "vitest";

const infra = path.resolve(import.meta.dirname, "../../infra");

/** An apostrophe inside a text of Bicep ends it: the file no longer compiles, and only a deployment would say so. */
test("every text of a Bicep file ends where it should", async () => {
  const files = (await readdir(infra, { recursive: true })).filter((file) => file.endsWith(".bicep"));
  expect(files.length).toBeGreaterThan(5);
  for (const file of files) {
    const outside = (await readFile(path.join(infra, file), "utf8")).replaceAll(/'''[\s\S]*?'''/g, "''");
    for (const [index, line] of outside.split("\n").entries()) {
      const code = line.replaceAll("\\'", "").replace(/^\s*\/\/.*/, "");
      const rest = code.replaceAll(/'[^']*'/g, "").replace(/\/\/.*/, "");
      expect(rest.includes("'"), `${file}:${index + 1}: ${line}`).toBe(false);
    }
  }
});
