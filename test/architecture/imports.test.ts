import path from "node:path";
import { describe, expect, test } from "vitest";
import { readSources, readText, type SourceFile } from "./source-files.ts";

const leaves = ["repository", "statistics", "redaction", "prices", "errors", "log", "clock"];
const adapters = ["github", "foundry", "azure", "storage", "notifications"];
const concerns = ["deliveries", "evals", "gate", "routing", "budgets", "telemetry", "releases", "experiments"];

/**
 * docs/architecture.md's table: what each room may import besides itself. The rooms of `src/shared` by their own names, the
 * others by theirs; an adapter's first entry is the rooms whose ports it implements.
 */
const mayImport: Record<string, string[]> = {
  ...Object.fromEntries(leaves.map((leaf) => [leaf, leaves])),
  deliveries: leaves,
  evals: leaves,
  routing: leaves,
  budgets: leaves,
  gate: [...leaves, "deliveries", "evals", "routing"],
  telemetry: [...leaves, "evals"],
  releases: [...leaves, "routing", "gate"],
  experiments: [...leaves, "evals", "releases"],
  github: ["gate", "deliveries", "releases", ...leaves],
  storage: ["gate", "deliveries", "evals", "routing", "releases", "azure", ...leaves],
  foundry: ["evals", "releases", "azure", ...leaves],
  azure: ["releases", ...leaves],
  notifications: ["releases", ...leaves],
  settings: ["errors"],
  services: [...leaves, ...concerns, ...adapters, "settings"],
  main: ["functions"],
  functions: [...leaves, ...concerns, "services", "settings"],
  cli: [...leaves, ...concerns, "services", "settings"],
  local: [...leaves, ...concerns, ...adapters, "services", "settings"],
};

/** SDKs and the only rooms that may import them. */
const sdkRooms: Record<string, string[]> = {
  "@azure/functions": ["functions"],
  "@azure/identity": ["azure", "storage", "foundry"],
  "@azure/arm-cognitiveservices": ["azure"],
  "@azure/ai-projects": ["foundry"],
  "@azure/core-rest-pipeline": ["azure", "foundry"],
  "@azure/monitor-query": ["azure"],
  "@azure/storage-blob": ["storage"],
  // The local host reads the queues that Azure's host would read.
  "@azure/storage-queue": ["storage", "local"],
  "@azure/data-tables": ["storage"],
  // The local issuer signs the tokens that the adapter verifies.
  jose: ["azure", "local"],
  "@octokit/core": ["github"],
  "@octokit/auth-app": ["github"],
  "@octokit/plugin-retry": ["github"],
  "@octokit/webhooks-methods": ["github"],
};

/** `evals` for src/shared/evals/run-shard.ts, `settings` for src/shared/settings.ts, `cli` for src/cli/main.ts. */
function roomOf(file: string): string {
  const [, shared, other] = /^src\/(?:shared\/([^/]+)|([^/]+))/.exec(file) ?? [];
  return (shared ?? other ?? "").replace(/\.ts$/, "");
}

function target(file: SourceFile, from: string): string | undefined {
  return from.startsWith(".") ? path.posix.join(path.posix.dirname(file.path), from) : undefined;
}

/** What a file imports against the table, in words. */
function breaches(file: SourceFile): string[] {
  const room = roomOf(file.path);
  const isAdapter = (name: string) => adapters.includes(name);
  return file.imports.flatMap(({ from, dynamic, typeOnly }) => {
    const to = target(file, from);
    if (to === undefined) {
      const sdk = Object.keys(sdkRooms).find((name) => from === name || from.startsWith(`${name}/`));
      return !sdk || sdkRooms[sdk]?.includes(room) ? [] : [`${room} may not import ${from}`];
    }
    const other = roomOf(to);
    if (!to.startsWith("src/")) return [`${to} is outside src`];
    if (other !== room && !mayImport[room]?.includes(other)) return [`${room} may not import ${to}`];
    // The local run puts adapters together itself; in the product services.ts alone does, and each at its first use.
    if (isAdapter(other) && !isAdapter(room) && room !== "local" && !typeOnly && !dynamic)
      return [`${to} is an adapter: only by await import()`];
    return [];
  });
}

const files = readSources("src");

describe("the import table", () => {
  test("every room is in it", () => {
    expect([...new Set(files.map((file) => roomOf(file.path)))].filter((room) => !(room in mayImport))).toEqual([]);
  });

  test("every file imports only what its room may", () => {
    const found = files.flatMap((file) => breaches(file).map((breach) => `${file.path}: ${breach}`));
    expect(found).toEqual([]);
  });

  test.each([
    ["src/shared/evals/a.ts", 'import { b } from "../gate/b.ts";'],
    ["src/shared/statistics/a.ts", 'export * from "../evals/b.ts";'],
    ["src/shared/gate/a.ts", 'const b = await import("../storage/b.ts");'],
    ["src/shared/gate/a.ts", 'import type { B } from "../storage/b.ts";'],
    ["src/shared/gate/a.ts", 'import { Octokit } from "@octokit/core";'],
    ["src/shared/gate/a.ts", 'type B = import("../releases/b.ts").B;'],
    ["src/shared/services.ts", 'import { b } from "./storage/b.ts";'],
    ["src/functions/a.ts", 'import { b } from "../local/b.ts";'],
    ["src/functions/a.ts", 'import { b } from "../shared/storage/b.ts";'],
    ["src/main.ts", 'import "./shared/services.ts";'],
    ["src/cli/a.ts", 'import "../../scripts/b.ts";'],
  ])("it would be told of %s with %s", (file, text) => {
    expect(breaches(readText(file, text))).toHaveLength(1);
  });

  test("nothing of the product knows the local run", () => {
    for (const file of files.filter(({ path: name }) => !name.startsWith("src/local/"))) {
      expect(file.text, file.path).not.toMatch(/azurite|stand-in|isLocal/i);
    }
  });
});

describe("house style", () => {
  test("a file per trigger, forty lines at most, imported by the one entry", () => {
    const functions = files.filter(({ path: name }) => name.startsWith("src/functions/"));
    expect(functions.filter(({ lines }) => lines > 40).map((file) => file.path)).toEqual([]);
    const entry = files.find(({ path: name }) => name === "src/main.ts");
    expect(entry?.imports.map(({ from }) => `src/${from.slice(2)}`).sort()).toEqual(
      functions.map((file) => file.path).sort(),
    );
  });

  test("no file is longer than 400 lines, few than 250, and the median file has 80 at most", () => {
    expect(files.filter(({ lines }) => lines > 400).map((file) => file.path)).toEqual([]);
    expect(files.filter(({ lines }) => lines > 250).length / files.length).toBeLessThan(0.05);
    expect(files.map(({ lines }) => lines).sort((a, b) => a - b)[files.length >> 1]).toBeLessThanOrEqual(80);
  });

  test("names are kebab-case, and say what is in there", () => {
    for (const { path: file } of files) {
      expect(path.basename(file), file).toMatch(/^[a-z0-9]+(-[a-z0-9]+)*\.ts$/);
      expect(file).not.toMatch(/\/(utils|helpers|common)(\/|\.ts$)/);
    }
  });

  test("no default exports, enums or namespaces, and no classes but errors", () => {
    expect(files.flatMap((file) => file.oddities.map((oddity) => `${file.path}: ${oddity}`))).toEqual([]);
  });

  test.each([
    ["export default 1;", ["default export"]],
    ["enum A { B }", ["enum"]],
    ["namespace A { export const b = 1; }", ["namespace"]],
    ["class A { constructor(readonly b: string) {} }", ["class A", "parameter property"]],
    ["const A = class extends B {};", ["class "]],
    ["export class A extends RetryableError {}", []],
  ])("it would be told of %s", (text, oddities) => {
    expect(readText("src/a.ts", text).oddities).toEqual(oddities);
  });
});
