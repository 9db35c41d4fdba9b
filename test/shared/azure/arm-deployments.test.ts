import { describe, expect, test } from "vitest";
import { createArmDeployments } from "../../../src/shared/azure/arm-deployments.ts";
import type { WantedDeployment } from "../../../src/shared/releases/deployments.ts";
import { type AzureServer, accountId, startAzure } from "../../support/azure-server.ts";
import { createInstantClock } from "../../support/instant-clock.ts";

const wanted: WantedDeployment = {
  model: { format: "OpenAI", name: "gpt-5-mini", version: "2026-08-06" },
  sku: { name: "GlobalStandard", capacity: 10 },
  raiPolicyName: "Strict",
  tags: { "assay-release": "r1" },
};

function adapter({ url }: AzureServer, more: { patienceMs?: number; operationMs?: number; tokens?: string[] } = {}) {
  const clock = createInstantClock();
  const tokens = more.tokens ?? [];
  const { patienceMs = 20_000, operationMs = 600_000 } = more;
  const credential = {
    getToken: async () => {
      tokens.push(`token-${tokens.length}`);
      return { token: tokens.at(-1) ?? "", expiresOnTimestamp: Number.POSITIVE_INFINITY };
    },
  };
  const options = { url, accountId, credential, clock, random: () => 0, patienceMs, operationMs };
  return { deployments: createArmDeployments(options), clock };
}
const puts = async (azure: AzureServer) => (await azure.log()).filter(({ method }) => method === "PUT");

describe("deployments by Azure Resource Manager", () => {
  test("a deployment is made, waited for and read back, never to upgrade itself", async () => {
    const azure = await startAzure({ polls: 3 });
    const { deployments, clock } = adapter(azure);
    expect(await deployments.get("chat--v1")).toBeUndefined();
    expect(await deployments.put("chat--v1", wanted)).toEqual({ kind: "written" });
    expect(await deployments.get("chat--v1")).toEqual({
      name: "chat--v1",
      ...wanted,
      versionUpgradeOption: "NoAutoUpgrade",
      provisioningState: "Succeeded",
      etag: expect.stringMatching(/^"/),
    });
    expect(clock.slept.every((ms) => ms >= 2000)).toBe(true);
    expect(await azure.effects()).toEqual(["created chat--v1"]);
  });

  test("an operation that takes long is gone on with by another process, and written once", async () => {
    const azure = await startAzure({ polls: 30 });
    const first = await adapter(azure).deployments.put("chat--v1", wanted);
    if (first.kind !== "pending") throw new Error(`${first.kind}`);
    let result = await adapter(azure).deployments.put("chat--v1", wanted, first.resume);
    for (let i = 0; result.kind === "pending" && i < 10; i++)
      result = await adapter(azure).deployments.put("chat--v1", wanted, result.resume);
    expect(result).toEqual({ kind: "written" });
    expect(await puts(azure)).toHaveLength(1);
  });

  test("an operation that never ends has an end of its own", async () => {
    const azure = await startAzure();
    await azure.fault({ kind: "neverEnds" });
    const { deployments } = adapter(azure, { patienceMs: 3_600_000 });
    const result = await deployments.put("chat--v1", wanted);
    expect(result).toMatchObject({ kind: "refused", code: "Deadline" });
    expect(result).not.toHaveProperty("retryAfterMs");
  });

  test("an account at work is waited for, as long as patience holds", async () => {
    const azure = await startAzure();
    await azure.fault({ kind: "accountBusy", method: "PUT", count: 3 });
    const { deployments, clock } = adapter(azure);
    expect(await deployments.put("chat--v1", wanted)).toEqual({ kind: "written" });
    expect(clock.slept.slice(0, 3)).toEqual([2000, 4000, 8000]);
    await azure.fault({ kind: "accountBusy", method: "PUT", count: 100 });
    expect(await adapter(azure).deployments.put("chat--v2", wanted)).toMatchObject({
      kind: "refused",
      code: "RequestConflict",
      retryAfterMs: 15_000,
    });
  });

  test("Retry-After is kept to the second; what is longer than patience is the caller's to wait", async () => {
    const azure = await startAzure();
    await azure.fault({ kind: "throttled", method: "PUT", retryAfter: 17 });
    const { deployments, clock } = adapter(azure);
    expect(await deployments.put("chat--v1", wanted)).toEqual({ kind: "written" });
    expect(clock.slept[0]).toBe(17_000);
    await azure.fault({ kind: "throttled", method: "GET", retryAfter: 90 });
    await expect(adapter(azure).deployments.get("chat--v1")).rejects.toMatchObject({
      name: "RetryAfterError",
      retryAfterMs: 90_000,
    });
    const count = (await azure.log()).filter(({ status }) => status === 429).length;
    expect(count).toBe(2);
  });

  test.each([
    ["insufficientQuota", "InsufficientQuota"],
    ["modelDeprecated", "ServiceModelDeprecated"],
    ["errorBody", "DeploymentFailed"],
  ] as const)("%s is refused for good", async (kind, code) => {
    const azure = await startAzure();
    await azure.fault({ kind, method: "PUT" });
    const result = await adapter(azure).deployments.put("chat--v1", wanted);
    expect(result).toMatchObject({ kind: "refused", code });
    expect(result).not.toHaveProperty("retryAfterMs");
    expect(await azure.effects()).toEqual([]);
  });

  test("an operation that fails says why", async () => {
    const azure = await startAzure();
    await azure.fault({ kind: "failsLater", method: "PUT", code: "InsufficientQuota" });
    expect(await adapter(azure).deployments.put("chat--v1", wanted)).toMatchObject({
      kind: "refused",
      code: "InsufficientQuota",
    });
  });

  test("a token that ended while an operation was under way is renewed once", async () => {
    const azure = await startAzure({ polls: 3 });
    await azure.fault({ kind: "unauthorized", path: "operationresults" });
    const tokens: string[] = [];
    expect(await adapter(azure, { tokens }).deployments.put("chat--v1", wanted)).toEqual({ kind: "written" });
    const polls = (await azure.log()).filter(({ path }) => path.includes("operationresults"));
    expect(polls.map(({ status }) => status)).toEqual([401, 200, 200, 200, 200]);
    expect(tokens.length).toBe(polls.length + 2);
  });

  test("a first look that is refused loses no operation: it is written once and waited for", async () => {
    const azure = await startAzure({ polls: 3 });
    await azure.fault({ kind: "unauthorized", path: "operationresults", count: 2 });
    expect(await adapter(azure).deployments.put("chat--v1", wanted)).toEqual({ kind: "written" });
    expect(await puts(azure)).toHaveLength(1);
  });

  test("a look that is throttled for long leaves the operation pending", async () => {
    const azure = await startAzure({ polls: 3 });
    await azure.fault({ kind: "throttled", path: "operationresults", retryAfter: 60, count: 2 });
    const result = await adapter(azure).deployments.put("chat--v1", wanted);
    expect(result).toMatchObject({ kind: "pending", retryAfterMs: 60_000 });
    expect(await puts(azure)).toHaveLength(1);
  });

  test("an answer that broke off is asked for again: the same PUT twice is harmless", async () => {
    const azure = await startAzure({ polls: 0 });
    await azure.fault({ kind: "reset", method: "PUT" });
    const { deployments } = adapter(azure);
    const result = await deployments.put("chat--v1", wanted);
    // The first write holds the account until somebody asks for it.
    expect(result).toMatchObject({ kind: "refused", code: "RequestConflict" });
    expect(await deployments.get("chat--v1")).toMatchObject({ provisioningState: "Succeeded", model: wanted.model });
    expect(await azure.effects()).toEqual(["created chat--v1"]);
  });

  test("bad input: a token is sent to no other machine without TLS", async () => {
    const azure = await startAzure();
    const { deployments } = adapter({ ...azure, url: "http://management.example" });
    await expect(deployments.get("chat--v1")).rejects.toThrow("HTTPS alone");
  });

  test("bad input: what is no resource id is refused with its form", () => {
    const options = { url: "https://management.azure.com", accountId: "acme", patienceMs: 0, operationMs: 0 };
    const credential = { getToken: async () => null };
    const clock = createInstantClock();
    expect(() => createArmDeployments({ ...options, credential, clock, random: () => 0 })).toThrow("accounts/NAME");
  });
});
