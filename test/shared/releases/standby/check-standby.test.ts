import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createAzureServer } from "../../../../src/local/azure/arm/server.ts";
import { type MonitorStandIn, startMonitor } from "../../../../src/local/azure/monitor/start.ts";
import type { ReleaseState } from "../../../../src/shared/releases/release-state.ts";
import { checkStandby } from "../../../../src/shared/releases/standby/check-standby.ts";
import { createServices } from "../../../../src/shared/services.ts";
import { createReleaseStore } from "../../../../src/shared/storage/release-store.ts";
import { createTables } from "../../../../src/shared/storage/tables.ts";
import { type AzureServer, accountId, startAzure } from "../../../support/azure-server.ts";
import { sharedAzurite } from "../../../support/azurite.ts";
import { createMemoryLog } from "../../../support/log.ts";
import { createManualClock } from "../../../support/manual-clock.ts";
import { release } from "../tell/told-facts.ts";

let monitor: MonitorStandIn;
// One a process: the SDK keeps the address that it was first given.
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

const model = { format: "OpenAI", name: "gpt-5-mini", version: "2026-08-06" };
const on = (n: number) => ({ "deployment:chat": { kind: "deployment" as const, deployment: `chat--v${n}`, model } });

/** `r2` serves and is watched, `r1` stands by; the product's own composition, but for who is told. */
async function world() {
  const azure = await startAzure({ polls: 0, unknownForMs: 0 });
  const connectionString = await sharedAzurite();
  const clock = createManualClock("2026-11-20T10:30:30.000Z");
  const services = createServices(
    {
      ...{ AssayStorage: connectionString, IDENTITY_ENDPOINT: process.env.IDENTITY_ENDPOINT },
      ...{ ASSAY_GITHUB_APP_ID: "1", ASSAY_GITHUB_PRIVATE_KEY: "x", ASSAY_GITHUB_WEBHOOK_SECRET: "x" },
      ...{ ASSAY_REPOSITORIES: "acme/support", ASSAY_MODEL_URL: `${azure.url}/acme/openai/v1` },
      ...{ ASSAY_MODEL_KEY: "simulated", ASSAY_ARM_URL: azure.url, ASSAY_FOUNDRY_ACCOUNTS: accountId },
      ...{ ASSAY_METRICS_URL: monitor.url, ASSAY_LOGS_URL: monitor.url, ASSAY_RELEASE_CLIENT_ID: "release-identity" },
    },
    clock,
  );
  const tables = createTables({ kind: "connectionString", connectionString });
  const store = createReleaseStore(tables);
  const repositoryId = Math.floor(Math.random() * 1e9);
  const common = { repositoryId, brought: [] as string[] };
  const verifiedAt = "2026-11-19T10:00:00.000Z";
  await store.addRelease(
    release("r1", { ...common, brought: ["old"], status: "verified", verifiedAt, pointers: on(1) }),
  );
  const own: Partial<ReleaseState> = {
    ...{ ...common, status: "watching", pointers: on(2), before: { "deployment:chat": "r1" } },
    ...{ promotedAt: "2026-11-20T10:00:00.000Z", hotUntil: "2026-11-21T10:00:00.000Z" },
  };
  await store.addRelease(release("r2", own));
  await store.mark(repositoryId, "deployment:chat", (known) => ({ ...known, current: "r2" }));
  await put(azure, 60, placeOf("chat--v2"));
  const told: string[] = [];
  const ports = {
    ...(await services.standbyPorts(createMemoryLog())),
    tell: async (_: ReleaseState, { lostSince, problems }: { lostSince?: string | undefined; problems: string[] }) =>
      void told.push(lostSince === undefined ? "found" : `lost: ${problems.join()}`),
  };
  const minutes = async (count: number) => clock.advance(count * 60_000);
  const check = async (after = 0) => {
    await minutes(after);
    return checkStandby({ repositoryId, releaseId: "r2" }, ports);
  };
  const quarantine = (digest: string) =>
    tables
      .table("releases")
      .insert(String(repositoryId), `quarantine:${digest}`, { digest, releaseId: "r0", at: "t", reason: "x" });
  return { quarantine, azure, store, repositoryId, told, check, put: (capacity = 60) => put(azure, capacity) };
}

const placeOf = (name: string) => `${accountId}/deployments/${name}?api-version=2025-09-01`;
const place = placeOf("chat--v1");
async function put(azure: AzureServer, capacity: number, of = place): Promise<void> {
  const body = { sku: { name: "GlobalStandard", capacity }, properties: { model } };
  const { status } = await azure.call("PUT", of, body);
  if (status >= 300) throw new Error(`PUT ${status}`);
  // The operation ends as soon as somebody looks.
  await azure.call("GET", of);
}

describe("the way back of a release that serves", () => {
  test("is called every five minutes, by a real call, and read with the app's own identity", async () => {
    const { azure, check, put } = await world();
    await put();
    expect(await check()).toMatchObject({ wayBack: "r1", problems: [] });
    const calls = async () => (await azure.log()).filter(({ path }) => path.includes("chat/completions")).length;
    expect(await calls()).toBe(1);
    await check(4);
    expect(await calls()).toBe(1);
    await check(1);
    expect(await calls()).toBe(2);
    const reads = (await azure.log()).filter(({ method, path }) => method === "GET" && path.includes("chat--v2"));
    const readers = new Set(reads.map(({ caller }) => caller));
    expect([readers.size > 1, readers.has("release-identity")]).toEqual([true, false]);
  });

  test("is lost where the deployment was deleted by hand: told once, and found again once it is back", async () => {
    const { azure, check, put, told, store, repositoryId } = await world();
    await put();
    await check();
    await azure.call("DELETE", place);
    await azure.call("GET", place);
    expect(await check(5)).toMatchObject({ problems: ["r1: chat--v1 does not exist"], told: expect.any(String) });
    await check(5);
    expect(told).toEqual(["lost: r1: chat--v1 does not exist"]);
    expect((await store.release(repositoryId, "r2"))?.standby?.lostSince).toBeDefined();
    await put();
    const found = await check(5);
    expect(found).toMatchObject({ wayBack: "r1" });
    expect([found?.lostSince, found?.told]).toEqual([undefined, undefined]);
    expect(told).toHaveLength(2);
  });

  test("is told as lost once, by whichever of two looks at one moment comes first", async () => {
    const { azure, check, put, told } = await world();
    await put();
    await check();
    await azure.call("DELETE", place);
    await azure.call("GET", place);
    await Promise.all([check(5), check(), check()]);
    expect(told).toEqual(["lost: r1: chat--v1 does not exist"]);
    expect(await check()).toMatchObject({ told: expect.any(String) });
  });

  test("is lost where its capacity was lowered below the observed peak × 1.2", async () => {
    const { check, put, told } = await world();
    await put(50);
    const tokens = { inputTokens: 40_000, outputTokens: 5_000 };
    await monitor.push([{ arm: "chat--v2", at: "2026-11-20T10:20:00.000Z", codes: { 200: 9 }, ...tokens }]);
    expect(await check()).toMatchObject({ peaks: { "deployment:chat": 45 } });
    expect(told).toEqual(["lost: r1: chat--v1 has a capacity of 50, and the peak × 1.2 is 54"]);
    await put(54);
    expect(await check(5)).toMatchObject({ wayBack: "r1", peaks: { "deployment:chat": 45 } });
  });

  test("is lost where its model is retired", async () => {
    const { azure, check, put, told } = await world();
    await put();
    await azure.set("models", { ...model, lifecycleStatus: "Deprecated", inference: "2026-01-01T00:00:00.000Z" });
    await check();
    expect(told).toEqual([expect.stringMatching(/^lost: r1: chat: .*retired/i)]);
  });

  test("is lost where what it brought went into quarantine", async () => {
    const { check, put, told, quarantine } = await world();
    await put();
    await quarantine("old");
    await check();
    expect(told).toEqual(["lost: r1: what it brought is in quarantine"]);
  });

  test("is no longer looked at, and no longer lost, once the release is replaced", async () => {
    const { check, told, store, repositoryId } = await world();
    await check();
    await store.mark(repositoryId, "deployment:chat", (known) => ({ ...known, current: "r3" }));
    const ended = await check(5);
    expect([ended?.lostSince, ended?.told]).toEqual([undefined, undefined]);
    expect(told.map((text) => text.slice(0, 5))).toEqual(["lost:", "found"]);
    await check(5);
    expect(told).toHaveLength(2);
  });
});
