import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { buildApp } from "../../scripts/build.ts";

let folder = "";
beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), "assay-build-"));
  await buildApp(folder);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** The entry with every chunk that it requires while it is loaded: what a cold start reads. */
function staticChunks(entry: string, seen = new Set<string>()): Set<string> {
  if (seen.has(entry)) return seen;
  seen.add(entry);
  const source = readFileSync(path.join(folder, entry), "utf8");
  // Lazy chunks are required inside a promise's callback.
  const eager = source.replace(/Promise\.resolve\(\)\.then\(\(?\w*\)?=>(?:\w+\()?require\([`"'][^`"']+[`"']\)/g, "");
  for (const [, name = ""] of eager.matchAll(/require\([`"'](\.[^`"']+)[`"']\)/g)) {
    staticChunks(path.posix.join(path.posix.dirname(entry), name), seen);
  }
  return seen;
}

test("the entry imports no SDK statically, and stays small", () => {
  const chunks = [...staticChunks("main.cjs")];
  const source = chunks.map((chunk) => readFileSync(path.join(folder, chunk), "utf8")).join("\n");
  // A string of each package that no minifier takes away.
  const marks = {
    identity: "ManagedIdentityCredential",
    blob: "x-ms-blob-type",
    tables: "application/json;odata=minimalmetadata",
    octokit: "octokit-core.js",
    undici: "UND_ERR_",
    ajv: "strictTypes",
  };
  for (const [name, mark] of Object.entries(marks))
    expect(source.includes(mark), `${name} is loaded at start`).toBe(false);
  expect(source.length).toBeLessThan(300_000);
});

test("the worker's core stays external", () => {
  expect(readFileSync(path.join(folder, "main.cjs"), "utf8")).toMatch(/require\([`"']@azure\/functions-core[`"']\)/);
});
