import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createAzureServer } from "../../../src/local/azure/arm/server.ts";
import { type MonitorStandIn, startMonitor } from "../../../src/local/azure/monitor/start.ts";
import { reap } from "../../../src/shared/releases/reaper/reap.ts";
import { createServices } from "../../../src/shared/services.ts";
import { createTables } from "../../../src/shared/storage/tables.ts";
import { accountId, startAzure } from "../../support/azure-server.ts";
import { sharedAzurite } from "../../support/azurite.ts";
import { createMemoryLog } from "../../support/log.ts";
import { createManualClock } from "../../support/manual-clock.ts";
import { release } from "../releases/tell/told-facts.ts";

let monitor: MonitorStandIn;
const identity = createAzureServer();
beforeAll(async () => {
  monitor = await startMonitor({ port: 0 });
  await new Promise<void>((resolve) => identity.listen(0, "127.0.0.1", resolve));
  process.env.IDENTITY_ENDPOINT = `http://127.0.0.1:${(identity.address() as AddressInfo).port}/msi/token`;
  process.env.IDENTITY_HEADER = "simulated";
});
afterAll(async () => {
  identity.close();
  await monitor.stop();
});

test("the reaper reads metrics, deletes as its own identity and leaves its audit in the month's table", async () => {
  const azure = await startAzure({ polls: 0 });
  const put = async (n: number) => {
    const place = `${accountId}/deployments/chat--v${n}?api-version=2025-09-01`;
    const properties = { model: { format: "OpenAI", name: "gpt-5-mini", version: "2026-08-06" } };
    const tags = { "assay-release": `r${n}`, "assay-alias": "chat" };
    await azure.call("PUT", place, { sku: { name: "GlobalStandard", capacity: 1 }, properties, tags });
    await azure.call("GET", place);
  };
  await put(1);
  await put(2);
  const connectionString = await sharedAzurite();
  const clock = createManualClock("2026-11-20T10:30:30.000Z");
  const services = createServices(
    {
      ...{ AssayStorage: connectionString, IDENTITY_ENDPOINT: process.env.IDENTITY_ENDPOINT },
      ...{ ASSAY_GITHUB_APP_ID: "1", ASSAY_GITHUB_PRIVATE_KEY: "x", ASSAY_GITHUB_WEBHOOK_SECRET: "x" },
      ...{ ASSAY_REPOSITORIES: "acme/support", ASSAY_MODEL_URL: `${azure.url}/acme/openai/v1` },
      ...{ ASSAY_ARM_URL: azure.url, ASSAY_FOUNDRY_ACCOUNTS: `main=${accountId}`, ASSAY_METRICS_URL: monitor.url },
      ...{ ASSAY_REAPER: "delete", ASSAY_REAPER_CLIENT_ID: "reaper-identity" },
    },
    clock,
  );
  const repositoryId = Math.floor(Math.random() * 1e9);
  const log = createMemoryLog();
  const own = await services.reaperPorts(log);
  const ports = {
    ...own,
    releases: {
      ...own.releases,
      repositories: async () => [{ repositoryId, repository: "acme/support" }],
      releases: async () => [1, 2].map((n) => release(`r${n}`, { repositoryId })),
    },
    namedIn: async () => () => undefined,
  };
  const at = "2026-11-20T10:10:00.000Z";
  await monitor.push([{ arm: "chat--v2", at, codes: { 200: 3 } }]);
  await reap(ports);
  expect(log.events).toMatchObject([
    { event: "reaper.looked", facts: { next: "chat--v1", kept: { "chat--v2": "it had 3 requests in the last hour" } } },
    { event: "reaper.deleted" },
  ]);
  const deletions = (await azure.log()).filter(({ method }) => method === "DELETE");
  expect(deletions).toMatchObject([{ caller: "reaper-identity", effect: "deleted chat--v1" }]);
  const tables = createTables({ kind: "connectionString", connectionString });
  const rows = await tables.table("audit202611").range(String(repositoryId), "2026", "2027");
  expect(rows).toMatchObject([{ value: { what: "deployment.deleted", deployment: "chat--v1", outcome: "begun" } }]);
});
