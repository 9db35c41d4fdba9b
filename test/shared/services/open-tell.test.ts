import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createNotificationServer, type LoggedMessage } from "../../../src/local/notifications/server.ts";
import { localNotifySecret, notificationSettings } from "../../../src/local/notifications/start.ts";
import { systemClock } from "../../../src/shared/clock.ts";
import { createServices } from "../../../src/shared/services.ts";
import { createReleaseStore } from "../../../src/shared/storage/release-store.ts";
import { createTables } from "../../../src/shared/storage/tables.ts";
import { sharedAzurite } from "../../support/azurite.ts";
import { createMemoryLog } from "../../support/log.ts";
import { release, rollback } from "../releases/tell/told-facts.ts";

const server = createNotificationServer({ secret: localNotifySecret });
let url = "";
beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => void server.close());

test("another process tells nobody a second time, and needs GitHub for nothing that is not told there", async () => {
  const connectionString = await sharedAzurite();
  const repositoryId = Math.floor(Math.random() * 1e9);
  const store = createReleaseStore(createTables({ kind: "connectionString", connectionString }));
  await store.addRelease(release("support-2", { repositoryId }));
  const fault = { kind: "errorBefore", path: "/teams" };
  await fetch(`${url}/_standin/faults`, { method: "POST", body: JSON.stringify(fault) });
  const log = createMemoryLog();
  const tell = async (laterMs = 0) => {
    const clock = { ...systemClock, now: () => new Date(systemClock.now().getTime() + laterMs) };
    const services = createServices({ AssayStorage: connectionString, ...notificationSettings(url) }, clock);
    return (await services.tell(log))("notification", rollback({ repositoryId }));
  };
  await expect(tell()).rejects.toThrow("1 of 3 channels have not taken it");
  await tell(2000);
  await tell(2000);
  const messages = (await (await fetch(`${url}/_standin/log`)).json()) as LoggedMessage[];
  expect(messages.map(({ path, taken }) => `${path} ${taken}`).sort()).toEqual([
    "/slack/local true",
    "/teams/local false",
    "/teams/local true",
    "/webhook/local true",
  ]);
});
