import { tmpdir } from "node:os";
import { afterAll, beforeAll, expect, test } from "vitest";
import {
  type NotificationStandIn,
  notificationSettings,
  startNotificationStandIn,
} from "../../src/local/notifications/start.ts";
import { runCli } from "../support/run-cli.ts";

let receivers: NotificationStandIn;
beforeAll(async () => {
  receivers = await startNotificationStandIn({ port: 0 });
});
afterAll(() => receivers.stop());
const assay = (args: string[], env: Record<string, string>) => runCli(["notify", ...args], { cwd: tmpdir(), env });

test("assay notify test sends a test to each channel, and shows no address", async () => {
  const { code, out, err } = await assay(["test", "--severity", "info"], notificationSettings(receivers.url));
  expect({ code, err }).toEqual({ code: 0, err: "" });
  expect(out.replace(/-[0-9a-f]{8}/g, "")).toBe(
    "slack: sent\nteams: skipped, takes warning and above\nwebhook: sent\n",
  );
  const log = (await (await fetch(`${receivers.url}/_standin/log`)).json()) as { path: string; taken: boolean }[];
  expect(log.map(({ path, taken }) => `${path} ${taken}`).sort()).toEqual(["/slack/local true", "/webhook/local true"]);
});

test("bad input: nobody configured, a channel that fails, an unknown severity or action", async () => {
  const none = await assay(["test"], {});
  expect([none.code, none.err]).toEqual([1, expect.stringContaining("No channel is configured")]);
  const failing = await assay(["test", "--json"], { ASSAY_NOTIFY_SLACK: `${receivers.url}/nowhere` });
  expect([failing.code, JSON.parse(failing.out)]).toMatchObject([
    1,
    [{ result: "failed", why: expect.stringContaining("404: no_service") }],
  ]);
  expect((await assay(["test", "--severity", "loud"], {})).err).toContain("There is no severity `loud`");
  expect((await assay(["tset"], {})).err).toContain("There is no `assay notify tset`");
});
