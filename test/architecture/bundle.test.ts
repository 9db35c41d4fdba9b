import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import type { OutputChunk } from "rolldown";
import { afterAll, beforeAll, expect, test } from "vitest";
import { buildApp } from "../../scripts/build.ts";

let folder = "";
let chunks: OutputChunk[] = [];
beforeAll(async () => {
  folder = realpathSync(mkdtempSync(path.join(tmpdir(), "assay-build-")));
  writeFileSync(path.join(folder, "stale.cjs"), "");
  chunks = await buildApp(folder);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** What a cold start must not read: SDKs, and what only some triggers need. */
const lazyPackages =
  /node_modules\/(@azure\/(?!functions)|@azure-rest\/|@octokit\/|undici\/|ajv|yaml\/|csv-parse\/|diff\/|jose\/)/;

/** The entry with every chunk that it requires while it is loaded. */
function loadedAtStart(): OutputChunk[] {
  const found = new Map<string, OutputChunk>();
  const add = (fileName: string) => {
    const chunk = chunks.find((item) => item.fileName === fileName);
    if (!chunk || found.has(fileName)) return;
    found.set(fileName, chunk);
    for (const next of chunk.imports) add(next);
  };
  add("main.cjs");
  return [...found.values()];
}

test("the entry imports no SDK statically, and every SDK is in some chunk", () => {
  const modules = loadedAtStart().flatMap(({ moduleIds }) => moduleIds);
  expect(modules.filter((id) => lazyPackages.test(id))).toEqual([]);
  const all = chunks.flatMap(({ moduleIds }) => moduleIds).join("\n");
  for (const name of [
    "@azure/identity",
    "@azure/arm-cognitiveservices",
    "@azure/ai-projects",
    "@azure/storage-blob",
    "@azure/storage-queue",
    "@azure/data-tables",
    "@azure/monitor-query",
    "@octokit/core",
  ])
    expect(all).toContain(`node_modules/${name}/`);
});

test("what Node loads at start is what the build says, and it is small", () => {
  // The worker's core, as far as loading needs it.
  const core = "{ setProgrammingModel() {}, registerFunction() {}, registerHook() {}, log() {}, Disposable: class {} }";
  const script = `
    const { Module } = require("node:module");
    const load = Module._load;
    Module._load = (name, ...rest) => (name === "@azure/functions-core" ? ${core} : load(name, ...rest));
    require(${JSON.stringify(path.join(folder, "main.cjs"))});
    process.stdout.write(JSON.stringify(Object.keys(require.cache)));`;
  const loaded: string[] = JSON.parse(execFileSync(process.execPath, ["-e", script], { encoding: "utf8" }));
  expect(loaded.map((file) => path.relative(folder, file).replaceAll("\\", "/")).sort()).toEqual(
    loadedAtStart()
      .map(({ fileName }) => fileName)
      .sort(),
  );
  const bytes = loaded.map((file) => readFileSync(file).byteLength).reduce((sum, size) => sum + size, 0);
  // 73 KB of it are @azure/functions, 98 KB zod.
  expect(bytes).toBeLessThan(220 * 1024);
});

test("nothing stale stays, and every file has its source map beside it", () => {
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((file) => /\.(cjs|map)$/.test(file));
  const written = chunks.flatMap(({ fileName }) => [fileName, `${fileName}.map`]);
  expect(files.map((file) => file.replaceAll("\\", "/")).sort()).toEqual(written.sort());
});

test("the worker's core stays external", () => {
  expect(readFileSync(path.join(folder, "main.cjs"), "utf8")).toMatch(/require\([`"']@azure\/functions-core[`"']\)/);
});

test("bad input: a folder that holds a package is not built into", async () => {
  await expect(buildApp(path.resolve(import.meta.dirname, "../.."))).rejects.toThrow("holds a package");
});
