import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { oldNode } from "../../src/cli/old-node.ts";

test("an older Node is told what is needed", async () => {
  expect(oldNode("20.20.2")).toContain("This is Node 20.20.2, and assay needs Node 24 or later.");
  expect(oldNode("24.0.0")).toBeUndefined();
  expect(oldNode("110.1.0")).toBeUndefined();
  expect(await readFile("package.json", "utf8")).toContain('"node": ">=24"');
});
