import { createServer } from "node:http";
import path from "node:path";
import { QueueServiceClient } from "@azure/storage-queue";
import { afterEach, describe, expect, test } from "vitest";
import { freshName, sharedAzurite } from "../../support/azurite.ts";
import { type NodeProcess, startNode } from "../../support/child-process.ts";

const root = path.resolve(import.meta.dirname, "../../..");
const fixtures = path.join(root, "test/fixtures");

const started: NodeProcess[] = [];
afterEach(async () => {
  for (const node of started.splice(0)) await node.end("SIGKILL");
});

function start(args: string[], env: Record<string, string> = {}): NodeProcess {
  const node = startNode(
    [path.join(root, "src/local/functions-host/main.ts"), "--root", path.join(fixtures, "host"), "--json", ...args],
    env,
  );
  started.push(node);
  return node;
}

const appPath = (name: string) => path.join(fixtures, "apps", name);

describe("the local host as a command", () => {
  test("it says where it is, warns of a trigger that it does not serve, and keeps a log line a line", async () => {
    const node = start(["--app", appPath("odd.ts"), "--port", "0"]);
    const ready: { url: string; pid: number; functions: string[] } = JSON.parse(await node.line());
    expect(ready).toMatchObject({ pid: node.child.pid, functions: ["logs", "ready", "streams"] });
    expect(node.errors()).toMatch(/warning streams its trigger eventHubTrigger is not served/);
    expect((await fetch(`${ready.url}/api/logs`)).status).toBe(204);
    expect(await node.end("SIGTERM")).toBe(0);
    const line = node
      .errors()
      .split("\n")
      .find((text) => text.includes("two"));
    expect(line).toMatch(/ warning logs [0-9a-f]{8} two\\nlines and \\x1b\[31mred \{ n: 1 \}$/);
    expect(node.errors()).not.toContain("not shown");
  });

  test("bad input: a port that is taken is named, with the setting that chooses it", async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, "127.0.0.1", resolve));
    const address = other.address();
    const port = typeof address === "object" && address ? address.port : 0;
    const node = start(["--app", appPath("odd.ts"), "--port", String(port)]);
    expect(await node.exited).toBe(1);
    other.close();
    expect(node.errors()).toContain(`Port ${port} is taken; choose another with --port.`);
  });

  test("bad input: a setting that a binding needs is named", async () => {
    const node = start(["--app", appPath("killed.ts"), "--port", "0"], { FIXTURE_IN: "" });
    expect(await node.exited).toBe(1);
    expect(node.errors()).toMatch(/FIXTURE_IN, which is not set/);
  });

  test.each([
    ["--port", "http"],
    ["--invisibility", "0.5"],
    ["--log", "loud"],
  ])("bad input: %s %s is refused", async (name, value) => {
    const node = start(["--app", appPath("odd.ts"), "--port", "0", name, value]);
    expect(await node.exited).toBe(1);
    expect(node.errors().split("\n").filter(Boolean)).toHaveLength(1);
  });
});

test("a killed worker's message comes back after the invisibility, and not before", async () => {
  const storage = await sharedAzurite();
  const name = freshName("killed");
  const queue = QueueServiceClient.fromConnectionString(storage).getQueueClient(name);
  await queue.create();
  const invisibility = 3;
  const args = ["--app", appPath("killed.ts"), "--port", "0", "--invisibility", String(invisibility)];
  const env = { FixtureStorage: storage, FIXTURE_IN: name };

  const first = start(args, { ...env, FIXTURE_HANG: "1" });
  await first.line();
  const sent = Date.now();
  await queue.sendMessage(Buffer.from("work").toString("base64"));
  expect(JSON.parse(await first.line())).toEqual({ took: "work", tries: 1 });
  await first.end("SIGKILL");

  const second = start(args, env);
  await second.line();
  expect(JSON.parse(await second.line())).toEqual({ took: "work", tries: 2 });
  expect(Date.now() - sent).toBeGreaterThanOrEqual(invisibility * 1000);
  await expect.poll(async () => (await queue.getProperties()).approximateMessagesCount).toBe(0);
  expect(await second.end("SIGTERM")).toBe(0);
});
