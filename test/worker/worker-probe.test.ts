import { execFileSync } from "node:child_process";
import { cpSync, existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { buildApp } from "../../scripts/build.ts";
import { sharedAzurite } from "../support/azurite.ts";
import { startNode } from "../support/child-process.ts";
import { dataPath } from "../support/data.ts";

const root = path.resolve(import.meta.dirname, "../..");
/** A built checkout of github.com/Azure/azure-functions-nodejs-worker; how to make one is in docs/unproven.md. */
const worker = process.env.WORKER;
/** The tools lie beside the data. */
const probe = path.resolve(root, process.env.ASSAY_TOOLS ?? dataPath("../tools"), "worker-probe.cjs");

interface Probed {
  functions: { name: string; load: number | string; why?: string; bindings: { type: string }[] }[];
  gets: { status?: string; body?: string }[];
  error?: string;
}

let app = "";
beforeAll(async () => {
  // All that is deployed; nothing of the project may be needed besides.
  app = mkdtempSync(path.join(tmpdir(), "assay-deployed-"));
  await buildApp(path.join(app, "dist"));
  for (const file of ["host.json", "package.json"]) cpSync(path.join(root, file), path.join(app, file));
});
afterAll(() => rmSync(app, { recursive: true, force: true }));

/** What the built app registers in the local host. */
async function inLocalHost(): Promise<string[]> {
  const storage = await sharedAzurite();
  const main = path.join(root, "src/local/functions-host/main.ts");
  const never = "0 0 0 1 1 *";
  const node = startNode([main, "--app", path.join(app, "dist/main.cjs"), "--root", app, "--port", "0", "--json"], {
    AssayStorage: storage,
    ASSAY_MINUTE_SCHEDULE: never,
    ASSAY_HOUR_SCHEDULE: never,
  });
  try {
    const ready: { url: string; functions: string[] } = JSON.parse(await node.line());
    expect((await fetch(`${ready.url}/api/health`)).status).toBe(200);
    return ready.functions;
  } finally {
    await node.end("SIGTERM");
  }
}

test("dist, host.json and package.json alone start in the local host", async () => {
  expect(await inLocalHost()).toContain("health");
});

describe("Microsoft's Node.js worker", () => {
  const missing = worker === undefined ? "WORKER names no built checkout" : existsSync(probe) ? "" : `no ${probe}`;
  const title = "loads them too, registers the same functions, and answers";
  // Whoever names a worker means it: then a missing probe is a failure.
  if (worker === undefined) {
    console.info(`Microsoft's Node.js worker: skipped, ${missing}`);
    test.skip(`${title} (skipped: ${missing})`, () => {});
  } else
    test(title, async () => {
      expect(missing).toBe("");
      const printed = execFileSync(process.execPath, [probe, app, "--json", "--get", "/api/health"], {
        encoding: "utf8",
        env: { ...process.env, WORKER: path.resolve(worker), NODE: process.execPath, NODE_OPTIONS: "" },
      });
      const { functions, gets, error }: Probed = JSON.parse(printed);
      expect(error).toBe(undefined);
      expect(functions.filter(({ why }) => why)).toEqual([]);
      expect(functions.map(({ name }) => name).sort()).toEqual(await inLocalHost());
      expect(gets).toEqual([expect.objectContaining({ status: "200", body: expect.stringContaining('"ok"') })]);
    });
});
