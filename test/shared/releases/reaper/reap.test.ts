import { expect, test } from "vitest";
import { createArmReaper } from "../../../../src/shared/azure/arm-reaper.ts";
import type { AuditEntry } from "../../../../src/shared/releases/audit.ts";
import { namedIn } from "../../../../src/shared/releases/reaper/named-in.ts";
import { type ReaperPorts, reap } from "../../../../src/shared/releases/reaper/reap.ts";
import type { ReleaseStore } from "../../../../src/shared/releases/release-store.ts";
import type { Pointer, TargetPorts } from "../../../../src/shared/releases/target-port.ts";
import { createMemoryBlobCache } from "../../../../src/shared/repository/repository-reader.ts";
import { type AzureServer, accountId, startAzure } from "../../../support/azure-server.ts";
import { createInstantClock } from "../../../support/instant-clock.ts";
import { createMemoryLog } from "../../../support/log.ts";
import { memoryRepository } from "../../repository/memory-repository.ts";
import { release } from "../tell/told-facts.ts";

const model = { format: "OpenAI", name: "gpt-5-mini", version: "2026-08-06" };
const on = (n: number) => ({ "deployment:chat": { kind: "deployment" as const, deployment: `chat--v${n}`, model } });
const placeOf = (name: string) => `${accountId}/deployments/${name}?api-version=2025-09-01`;

/** Versions 1 to 4 of `chat` by Assay, of which 4 serves and 3 is its way back, and one by somebody else. */
async function world(change: Partial<ReaperPorts> = {}) {
  const azure = await startAzure({ polls: 0 });
  for (const n of [1, 2, 3, 4]) await put(azure, `chat--v${n}`, { "assay-release": `r${n}`, "assay-alias": "chat" });
  await put(azure, "old--v1", {});
  const clock = createInstantClock();
  const old = "2020-01-01T00:00:00.000Z";
  const releases = [1, 2, 3, 4].map((n) => {
    const before: Record<string, string> = n === 1 ? {} : { "deployment:chat": `r${n - 1}` };
    return release(`r${n}`, {
      status: "verified",
      pointers: on(n),
      before,
      createdAt: old,
      hotUntil: old,
      brought: [],
    });
  });
  const open: string[] = [];
  const store: Partial<ReleaseStore> = {
    repositories: async () => [{ repositoryId: 7, repository: "acme/support" }],
    releases: async () => releases,
    targets: async () => [{ id: "chat", kind: "deployment", alias: "chat", current: "r4", epoch: 1 }],
    quarantined: async () => [],
    open: async () => open,
  };
  const audited: (AuditEntry & { outcome?: string })[] = [];
  const credential = { getToken: async () => ({ token: "reaper", expiresOnTimestamp: Number.POSITIVE_INFINITY }) };
  const account = createArmReaper({ url: azure.url, accountId, credential, clock, random: () => 0, patienceMs: 0 });
  const log = createMemoryLog();
  const ports: ReaperPorts = {
    mode: "delete",
    accounts: new Map([[accountId, async () => account]]),
    requests: async () => new Map([["chat--v4", 90]]),
    releases: store as ReleaseStore,
    targets: async () =>
      ({ deployment: { read: async (): Promise<Pointer> => on(4)["deployment:chat"] } }) as unknown as TargetPorts,
    incidents: { open: async () => [] },
    namedIn: async () => () => undefined,
    audit: {
      intend: async (entry) => void audited.push({ ...entry }),
      conclude: async ({ id }, outcome) => {
        for (const entry of audited) if (entry.id === id) entry.outcome = outcome;
      },
    },
    ...{ clock, log, ...change },
  };
  const deleted = async () => (await azure.effects()).filter((effect) => effect.startsWith("deleted"));
  return { azure, ports, audited, log, open, deleted, run: () => reap(ports) };
}

async function put(azure: AzureServer, name: string, tags: Record<string, string>): Promise<void> {
  const body = { sku: { name: "GlobalStandard", capacity: 1 }, properties: { model }, tags };
  const { status } = await azure.call("PUT", placeOf(name), body);
  if (status >= 300) throw new Error(`PUT ${name}: ${status}`);
  await azure.call("GET", placeOf(name));
}

test("deletes one deployment at a time, the intent written first, and ends where everything is needed", async () => {
  const { azure, run, audited, deleted } = await world();
  await run();
  expect(await deleted()).toEqual(["deleted chat--v1"]);
  expect(audited).toMatchObject([
    {
      what: "deployment.deleted",
      deployment: "chat--v1",
      releaseId: "r1",
      repositoryId: 7,
      by: "reaper",
      outcome: "begun",
    },
  ]);
  for (let hour = 0; hour < 4; hour++) await run();
  expect(await deleted()).toEqual(["deleted chat--v1", "deleted chat--v2"]);
  const { json } = await azure.call("GET", `${accountId}/deployments?api-version=2025-09-01`);
  expect((json as { value: { name: string }[] }).value.map(({ name }) => name).sort()).toEqual([
    "chat--v3",
    "chat--v4",
    "old--v1",
  ]);
});

test("a dry run says what it would delete and why the others stay; off does not even look", async () => {
  const dry = await world({ mode: "dryRun" });
  await dry.run();
  expect([await dry.deleted(), dry.audited]).toEqual([[], []]);
  expect(dry.log.events).toMatchObject([
    {
      event: "reaper.looked",
      facts: { next: "chat--v1", kept: { "chat--v3": "it is the way back of r4", "chat--v4": "chat stands for it" } },
    },
  ]);
  const off = await world({ mode: "off" });
  await off.run();
  expect(off.log.events).toEqual([]);
});

test("waits while an operation is under way, and where what it has to know cannot be read", async () => {
  const busy = await world();
  busy.open.push("rollback-r4");
  await busy.run();
  expect(busy.log.events).toMatchObject([
    { event: "reaper.waits", facts: { reason: "rollback-r4 of acme/support is under way" } },
  ]);
  const blind = await world({
    requests: async () => {
      throw new Error("metrics: 403");
    },
  });
  await blind.run();
  expect(blind.log.events).toMatchObject([{ event: "reaper.kept", facts: { reason: "metrics: 403" } }]);
  expect([await busy.deleted(), await blind.deleted()]).toEqual([[], []]);
});

test("an account at work refuses, which is audited, and the next hour tries again", async () => {
  const { azure, run, audited, deleted } = await world();
  await azure.fault({ kind: "accountBusy", method: "DELETE" });
  await run();
  expect([await deleted(), audited]).toMatchObject([[], [{ outcome: expect.stringContaining("RequestConflict") }]]);
  await run();
  expect(await deleted()).toEqual(["deleted chat--v1"]);
});

test("a file of the default branch names a deployment by its whole name", async () => {
  const { reader } = memoryRepository({
    "routing/chat.yaml": "targets: [{ deployment: chat--v12 }]\n",
    "releases/chat.yaml": "evaluateOn: chat--v2\n",
    "README.md": "chat--v1",
  });
  const fileOf = await namedIn(reader, "c", createMemoryBlobCache());
  expect(["chat--v1", "chat--v2", "chat--v12", "my-chat--v2"].map(fileOf)).toEqual([
    undefined,
    "releases/chat.yaml",
    "routing/chat.yaml",
    undefined,
  ]);
});
