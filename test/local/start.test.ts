import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import { portSettings } from "../../src/local/house.ts";
import { type NodeProcess, startNode } from "../support/child-process.ts";

const script = path.resolve(import.meta.dirname, "../../src/local/start.ts");
const anyPort = Object.fromEntries(Object.values(portSettings).map((name) => [name, "0"]));

const started: NodeProcess[] = [];
const folders: string[] = [];
afterEach(async () => {
  for (const node of started.splice(0)) await node.end("SIGKILL");
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

/** `npm start -- --idle --json` with a folder for what is temporary of its own. */
function start(env: Record<string, string>): { node: NodeProcess; temporary: string } {
  const temporary = mkdtempSync(path.join(tmpdir(), "assay-test-"));
  folders.push(temporary);
  const node = startNode([script, "--idle", "--json"], { ...anyPort, TMPDIR: temporary, TEMP: temporary, ...env });
  started.push(node);
  return { node, temporary };
}

const left = (folder: string) => readdirSync(folder).filter((name) => name.startsWith("assay-"));

describe("npm start", () => {
  test.each(["SIGINT", "SIGTERM"] as const)("%s leaves no folder and no port behind", async (signal) => {
    const { node, temporary } = start({});
    const addresses: Record<string, string> = JSON.parse(await node.line());
    expect(left(temporary)).not.toEqual([]);
    expect((await fetch(`${addresses.functionsUrl}/api/health`)).status).toBe(200);
    // What is printed is enough to ask the model, as the command line does.
    const asked = await fetch(`${addresses.modelUrl}/chat/completions`, {
      method: "POST",
      headers: { "content-type": "application/json", authorization: `Bearer ${addresses.modelKey}` },
      body: JSON.stringify({ model: "gpt-4.1-mini", messages: [{ role: "user", content: "hello" }] }),
    });
    expect(asked.status).toBe(200);
    expect(await node.end(signal)).toBe(0);
    expect(left(temporary)).toEqual([]);
    for (const name of ["functionsUrl", "restUrl", "modelUrl"]) {
      await expect(fetch(String(addresses[name])), name).rejects.toThrow("fetch failed");
    }
  });

  test.each(Object.values(portSettings))("bad input: a port that is taken is named, with %s", async (setting) => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, "127.0.0.1", resolve));
    const address = other.address();
    const port = typeof address === "object" && address ? address.port : 0;
    const { node, temporary } = start({ [setting]: String(port) });
    expect(await node.exited).toBe(1);
    other.close();
    expect(node.errors()).toMatch(new RegExp(`Port ${port}\\b.* is taken; choose another with ${setting}\\.`));
    expect(left(temporary)).toEqual([]);
  });

  test("bad input: a model's address that is no URL is named, before anything starts", async () => {
    const { node } = start({ ASSAY_MODEL_URL: "localhost:11434" });
    expect(await node.exited).toBe(1);
    expect(node.errors()).toMatch(/"localhost:11434" is no URL.*ASSAY_MODEL_URL/);
  });

  test("bad input: a setting that is no port is named", async () => {
    const { node } = start({ [portSettings.model]: "70x" });
    expect(await node.exited).toBe(1);
    expect(node.errors()).toContain(`${portSettings.model}=70x is no port`);
  });
});
