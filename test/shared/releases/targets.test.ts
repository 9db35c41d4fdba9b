import { describe, expect, test } from "vitest";
import { createArmDeployments } from "../../../src/shared/azure/arm-deployments.ts";
import { createDeploymentCall } from "../../../src/shared/foundry/call-deployment.ts";
import { createFoundryAgents } from "../../../src/shared/foundry/foundry-agents.ts";
import { createAgentTarget } from "../../../src/shared/releases/agent-target.ts";
import type { AliasRecords, DeploymentAlias } from "../../../src/shared/releases/deployment-alias.ts";
import { createDeploymentTarget } from "../../../src/shared/releases/deployment-target.ts";
import { createInPlaceTarget } from "../../../src/shared/releases/in-place-target.ts";
import { releaseTags } from "../../../src/shared/releases/release-tags.ts";
import type { AgentSpec, DeploymentSpec, Pointer, PrepareResult } from "../../../src/shared/releases/target-port.ts";
import { type AzureServer, accountId, startAzure } from "../../support/azure-server.ts";
import { createInstantClock } from "../../support/instant-clock.ts";

const credential = { getToken: async () => ({ token: "test", expiresOnTimestamp: Number.POSITIVE_INFINITY }) };
const model = { format: "OpenAI", name: "gpt-5-mini", version: "2026-08-06" };
const older = { ...model, version: "2025-08-07" };
const sku = { name: "GlobalStandard", capacity: 10 };
const tags = releaseTags({ release: "r2", alias: "chat", commit: "c".repeat(40), previous: "chat--v1", owner: "ada" });
const spec = (version = model, deployment = "chat--v2"): DeploymentSpec => ({
  ...{ kind: "deployment", deployment, model: version, sku, raiPolicyName: "Strict", tags },
});

/** Records in memory, with the one rule that storage has. */
function memoryAliases<T>(): AliasRecords<T> & { writes: number } {
  const rows = new Map<string, { value: T; etag: string }>();
  let version = 0;
  return {
    writes: 0,
    get: async (_, name) => rows.get(name),
    async set(_, name, value, etag) {
      if (rows.get(name)?.etag !== etag) return false;
      this.writes += 1;
      rows.set(name, { value, etag: `${++version}` });
      return true;
    },
  };
}

function targets(azure: AzureServer) {
  const clock = createInstantClock();
  const patience = { clock, random: () => 0, patienceMs: 20_000 };
  const arm = createArmDeployments({ url: azure.url, accountId, credential, operationMs: 600_000, ...patience });
  const project = `${azure.url}/acme/api/projects/support`;
  const agents = createFoundryAgents({ url: project, credential, timeoutMs: 5000, ...patience });
  const authorization = async () => ({ authorization: "Bearer test" });
  const call = createDeploymentCall({ url: `${azure.url}/acme/openai/v1`, authorization, timeoutMs: 5000 }, clock);
  const ports = { deployments: async () => arm, call: async () => call };
  const aliases = memoryAliases<DeploymentAlias>();
  const repository = { id: 7, fullName: "acme/support" };
  return {
    clock,
    aliases,
    agents,
    deployment: createDeploymentTarget({ ...ports, aliases, repository, clock }),
    inPlace: createInPlaceTarget(ports),
    agent: createAgentTarget({ agents: async () => agents }),
  };
}
const chat = { id: "chat", kind: "deployment" as const, alias: "chat" };
const pointer = (deployment: string, version = model): Pointer => ({ kind: "deployment", deployment, model: version });
/** Asks until it is over, as the state machine does. */
async function settled(ask: (resume?: string) => Promise<PrepareResult>): Promise<PrepareResult> {
  let result = await ask();
  for (let i = 0; result.kind === "pending" && i < 20; i++) result = await ask(result.resume);
  return result;
}

describe("versioned deployments behind an alias of ours", () => {
  test("the next one is made beside the old one, probed, and pointed to; back is one write", async () => {
    const azure = await startAzure();
    const { deployment, aliases } = targets(azure);
    for (const wanted of [spec(older, "chat--v1"), spec()])
      expect(await settled((resume) => deployment.prepare?.(chat, wanted, resume) ?? Promise.reject())).toEqual({
        kind: "done",
        pointer: pointer(wanted.deployment, wanted.model),
      });
    expect(await deployment.probe(chat, pointer("chat--v2"))).toMatchObject({
      kind: "answered",
      served: "gpt-5-mini-2026-08-06",
      asExpected: true,
    });
    expect(await deployment.probe(chat, pointer("chat--v1"))).toMatchObject({ asExpected: false });
    expect(await deployment.flip(chat, pointer("chat--v1", older), undefined)).toMatchObject({ kind: "done" });
    const before = await deployment.read(chat);
    expect(await deployment.flip(chat, pointer("chat--v2"), before)).toMatchObject({
      kind: "done",
      pointer: pointer("chat--v2"),
    });
    // Repeated, as a worker does that was killed before it could say so.
    expect(await deployment.flip(chat, pointer("chat--v2"), before)).toMatchObject({ kind: "done" });
    expect(aliases.writes).toBe(2);
    expect(await azure.effects()).toEqual([
      "created chat--v1",
      "created chat--v2",
      "answered by gpt-5-mini-2026-08-06",
      "answered by gpt-5-mini-2025-08-07",
    ]);
  });

  test("a record that somebody else wrote is never written over, even where it came back to the same", async () => {
    const azure = await startAzure();
    const { deployment } = targets(azure);
    await deployment.flip(chat, pointer("chat--v1", older), undefined);
    const seen = await deployment.read(chat);
    await deployment.flip(chat, pointer("chat--v9"), seen);
    expect(await deployment.flip(chat, pointer("chat--v2"), seen)).toMatchObject({
      kind: "conflict",
      found: pointer("chat--v9"),
    });
    await deployment.flip(chat, pointer("chat--v1", older), await deployment.read(chat));
    expect(await deployment.flip(chat, pointer("chat--v2"), seen)).toMatchObject({ kind: "conflict" });
  });

  test("bad input: a name that stands for something else is never edited", async () => {
    const azure = await startAzure();
    const { deployment } = targets(azure);
    await settled((resume) => deployment.prepare?.(chat, spec(older), resume) ?? Promise.reject());
    expect(await deployment.prepare?.(chat, spec())).toMatchObject({
      kind: "conflict",
      reason: expect.stringContaining("take the next number"),
    });
    expect(await azure.effects()).toEqual(["created chat--v2"]);
  });

  test("a worker that was killed between the write and its record finds the deployment being made", async () => {
    const azure = await startAzure({ polls: 4 });
    const { deployment } = targets(azure);
    const wanted = { sku, properties: { model, versionUpgradeOption: "NoAutoUpgrade", raiPolicyName: "Strict" }, tags };
    await azure.call("PUT", `${accountId}/deployments/chat--v2`, wanted);
    const result = await settled((resume) => deployment.prepare?.(chat, spec(), resume) ?? Promise.reject());
    expect(result).toMatchObject({ kind: "done" });
    expect(await azure.effects()).toEqual(["created chat--v2"]);
  });

  test("said to be made and not there: refused, not believed", async () => {
    const azure = await startAzure();
    await azure.fault({ kind: "silentNoOp", method: "PUT" });
    expect(await targets(azure).deployment.prepare?.(chat, spec())).toMatchObject({
      kind: "refused",
      ...{ code: "Unchanged", reason: "Azure said that chat--v2 was made, and it is not there" },
    });
  });

  test("what this release left behind failed is written again, what another did is not", async () => {
    const azure = await startAzure();
    await azure.fault({ kind: "failsLater", method: "PUT", code: "InternalServerError" });
    const { deployment } = targets(azure);
    expect(await deployment.prepare?.(chat, spec())).toMatchObject({ kind: "refused", code: "InternalServerError" });
    const others = { ...spec(), tags: { "assay-release": "r9" } };
    expect(await deployment.prepare?.(chat, others)).toMatchObject({ kind: "pending" });
    const result = await settled((resume) => deployment.prepare?.(chat, spec(), resume) ?? Promise.reject());
    expect(result).toMatchObject({ kind: "done" });
  });

  test("a probe tells a new name from a deleted one, and a retired from a paused one", async () => {
    const azure = await startAzure({ unknownForMs: 3_600_000 });
    const { deployment } = targets(azure);
    await settled((resume) => deployment.prepare?.(chat, spec(), resume) ?? Promise.reject());
    expect(await deployment.probe(chat, pointer("chat--v2"))).toMatchObject({ kind: "notYet" });
    expect(await deployment.probe(chat, pointer("chat--v3"))).toMatchObject({
      kind: "gone",
      code: "DeploymentNotFound",
    });
    await azure.set("settings", { unknownForMs: 0 });
    await azure.call("POST", `${accountId}/deployments/chat--v2/pause`);
    expect(await deployment.probe(chat, pointer("chat--v2"))).toMatchObject({ kind: "gone", code: "DeploymentPaused" });
    await azure.set("models", { ...model, lifecycleStatus: "Deprecated", inference: "2026-01-01T00:00:00Z" });
    expect(await deployment.probe(chat, pointer("chat--v2"))).toMatchObject({ kind: "gone", code: "ModelRetired" });
    await azure.fault({ kind: "throttled", path: "/openai/", retryAfter: 3 });
    expect(await deployment.probe(chat, pointer("chat--v2"))).toMatchObject({ kind: "unknown", retryAfterMs: 3000 });
    await azure.fault({ kind: "reset", path: "/openai/" });
    expect(await deployment.probe(chat, pointer("chat--v2"))).toMatchObject({ kind: "unknown" });
  });
});

describe("a deployment that is changed in place", () => {
  const target = { id: "chat", kind: "inPlace" as const, alias: "chat" };
  const to = (version = model): Pointer => ({
    kind: "inPlace",
    deployment: "chat",
    model: version,
    sku,
    raiPolicyName: "Strict",
  });
  async function standing(azure: AzureServer) {
    const body = { sku, properties: { model: older, versionUpgradeOption: "NoAutoUpgrade", raiPolicyName: "Strict" } };
    await azure.call("PUT", `${accountId}/deployments/chat`, { ...body, tags: { team: "support" } });
    const { inPlace, clock } = targets(azure);
    await inPlace.read(target);
    return { inPlace, clock, seen: await inPlace.read(target) };
  }

  test("is read back with the new model and its own tags; back is the same way", async () => {
    const azure = await startAzure();
    const { inPlace, seen } = await standing(azure);
    expect(seen).toMatchObject({ ...to(older), fence: expect.any(String) });
    expect(await inPlace.flip(target, to(), seen)).toMatchObject({ kind: "done", pointer: to() });
    const held = await azure.call("GET", `${accountId}/deployments/chat`);
    expect(held.json).toMatchObject({
      tags: { team: "support" },
      properties: { versionUpgradeOption: "NoAutoUpgrade" },
    });
    expect(await inPlace.probe(target, to())).toMatchObject({ asExpected: true });
    expect(await inPlace.flip(target, to(), seen)).toMatchObject({ kind: "done" });
    expect(await inPlace.flip(target, to(older), to())).toMatchObject({ kind: "done", pointer: to(older) });
    expect((await azure.effects()).filter((effect) => effect.startsWith("changed"))).toHaveLength(2);
  });

  test("a yes that changed nothing is shown as what is served", async () => {
    const azure = await startAzure();
    const { inPlace, seen } = await standing(azure);
    await azure.fault({ kind: "silentNoOp", method: "PUT" });
    expect(await inPlace.flip(target, to(), seen)).toMatchObject({ kind: "done", pointer: to(older) });
  });

  test("a migration that takes long is pending, and gone on with", async () => {
    const azure = await startAzure();
    const { inPlace, seen } = await standing(azure);
    await azure.fault({ kind: "updating", method: "PUT", polls: 25 });
    let result = await inPlace.flip(target, to(), seen);
    let times = 0;
    while (result.kind === "pending" && times++ < 20) result = await inPlace.flip(target, to(), seen, result.resume);
    expect(times).toBeGreaterThan(0);
    expect(result).toMatchObject({ kind: "done", pointer: to() });
    expect((await azure.effects()).filter((effect) => effect.startsWith("changed"))).toHaveLength(1);
  });

  test("what somebody else changed is a conflict, and quota or a retired model a refusal", async () => {
    const azure = await startAzure();
    const { inPlace, seen } = await standing(azure);
    const foreign: Pointer = { kind: "inPlace", deployment: "chat", model: older, sku: { ...sku, capacity: 99 } };
    expect(await inPlace.flip(target, to(), foreign)).toMatchObject({ kind: "conflict", found: to(older) });
    for (const [kind, code] of [
      ["insufficientQuota", "InsufficientQuota"],
      ["modelDeprecated", "ServiceModelDeprecated"],
      ["errorBody", "DeploymentFailed"],
    ] as const) {
      await azure.fault({ kind, method: "PUT" });
      expect(await inPlace.flip(target, to(), seen)).toMatchObject({ kind: "refused", code });
    }
    expect((await azure.effects()).filter((effect) => effect.startsWith("changed"))).toEqual([]);
  });
});

describe("Foundry agents", () => {
  const target = { id: "support", kind: "agent" as const, alias: "support" };
  const agentSpec = (release: string, deployment: string): AgentSpec => ({
    kind: "agent",
    definition: { kind: "prompt", model: deployment, instructions: "Be plain." },
    metadata: { "assay-release": release },
  });
  const to = (...rules: [string, number][]): Pointer => ({
    kind: "agent",
    rules: rules.map(([version, percentage]) => ({ version, percentage })),
  });
  async function standing(azure: AzureServer) {
    const body = { sku, properties: { model: older, versionUpgradeOption: "NoAutoUpgrade" } };
    await azure.call("PUT", `${accountId}/deployments/chat`, body);
    const all = targets(azure);
    await all.inPlace.read({ id: "chat", kind: "inPlace", alias: "chat" });
    await all.inPlace.read({ id: "chat", kind: "inPlace", alias: "chat" });
    const agents = "/acme/api/projects/support/agents";
    const { definition, metadata } = agentSpec("r0", "chat");
    await azure.call("POST", agents, { name: "support", definition, metadata });
    return { ...all, agents };
  }

  test("sessions that are pinned to what no longer serves are stopped, once; others go on", async () => {
    const azure = await startAzure();
    const { agent } = await standing(azure);
    const sessions = "/acme/api/projects/support/agents/support/endpoint/sessions";
    for (const version of ["1", "2", "2", "3"])
      await azure.call("POST", sessions, { version_indicator: { type: "version_ref", agent_version: version } });
    await azure.call("POST", `${sessions}/session_3:stop`);
    const before = (await azure.effects()).length;
    await agent.stopSessions?.(target, to(["1", 90], ["3", 10], ["2", 0]));
    await agent.stopSessions?.(target, to(["1", 90], ["3", 10], ["2", 0]));
    expect((await azure.effects()).slice(before)).toEqual(["stopped session_2 of support"]);
    const { json } = await azure.call("GET", sessions);
    const left = (json as { data: { status: string }[] }).data.map(({ status }) => status);
    expect(left).toEqual(["active", "deleted", "deleted", "active"]);
  });

  test("what serves is pinned before a version is made, which then serves nobody", async () => {
    const azure = await startAzure();
    const { agent } = await standing(azure);
    expect(await agent.read(target)).toEqual(to(["@latest", 100]));
    const second = {
      ...agentSpec("r1", "chat"),
      definition: { ...agentSpec("r1", "chat").definition, temperature: 0.2 },
    };
    expect(await agent.prepare?.(target, second)).toEqual({ kind: "done", pointer: to(["2", 100]) });
    expect(await agent.prepare?.(target, second)).toEqual({ kind: "done", pointer: to(["2", 100]) });
    expect(await agent.read(target)).toEqual(to(["1", 100]));
    expect(await azure.effects()).toEqual([
      "created chat",
      "created agent support",
      "selector of support",
      "created version 2 of support",
    ]);
  });

  test("a version is called before it serves and through the endpoint afterwards; back is one PATCH", async () => {
    const azure = await startAzure();
    const { agent } = await standing(azure);
    const second = {
      ...agentSpec("r1", "chat"),
      definition: { ...agentSpec("r1", "chat").definition, temperature: 0.2 },
    };
    await agent.prepare?.(target, second);
    expect(await agent.probe(target, to(["2", 100]))).toMatchObject({
      kind: "answered",
      served: "2",
      asExpected: true,
    });
    const before = await agent.read(target);
    expect(await agent.flip(target, to(["2", 100]), before)).toEqual({ kind: "done", pointer: to(["2", 100]) });
    expect(await agent.probe(target, to(["2", 100]))).toMatchObject({ served: "2", asExpected: true });
    expect(await agent.flip(target, to(["2", 100]), before)).toMatchObject({ kind: "done" });
    expect(await agent.flip(target, to(["1", 90], ["2", 10]), to(["2", 100]))).toMatchObject({ kind: "done" });
    expect(await agent.flip(target, to(["1", 100]), to(["1", 90], ["2", 10]))).toMatchObject({ kind: "done" });
    const log = await azure.log();
    expect(log.filter(({ method }) => method === "PATCH")).toHaveLength(4);
    const responses = log.filter(({ path }) => path.includes("/responses")).map(({ path }) => path.split("?")[0]);
    expect(responses).toEqual([
      "/acme/api/projects/support/openai/v1/responses",
      "/acme/api/projects/support/agents/support/endpoint/protocols/openai/responses",
    ]);
  });

  test("what somebody else selected is a conflict, and a yes that changed nothing is shown as what is served", async () => {
    const azure = await startAzure();
    const { agent } = await standing(azure);
    expect(await agent.flip(target, to(["2", 100]), to(["7", 100]))).toMatchObject({
      kind: "conflict",
      found: to(["@latest", 100]),
    });
    await azure.fault({ kind: "silentNoOp", method: "PATCH" });
    const result = await agent.flip(target, to(["1", 100]), to(["@latest", 100]));
    expect(result).toEqual({ kind: "done", pointer: to(["@latest", 100]) });
  });

  test("bad input: shares that do not add up and versions that are not there are refused for good", async () => {
    const azure = await startAzure();
    const { agent } = await standing(azure);
    const latest = to(["@latest", 100]);
    for (const wrong of [to(["1", 90]), to(["9", 100])]) {
      const result = await agent.flip(target, wrong, latest);
      expect(result).toMatchObject({ kind: "refused", code: "invalid_payload" });
      expect(result).not.toHaveProperty("retryAfterMs");
    }
    expect(await agent.read(target)).toEqual(latest);
  });

  test("bad input: an agent that is gone is told so, by every way", async () => {
    const azure = await startAzure();
    const { agent, agents } = await standing(azure);
    await azure.call("DELETE", `${agents}/support`);
    expect(await agent.read(target)).toBeUndefined();
    expect(await agent.flip(target, to(["1", 100]), to(["@latest", 100]))).toMatchObject({ kind: "conflict" });
    expect(await agent.probe(target, to(["1", 100]))).toMatchObject({ kind: "gone" });
  });

  test("a definition that a version has already makes none", async () => {
    const azure = await startAzure();
    const { agent } = await standing(azure);
    expect(await agent.prepare?.(target, agentSpec("r1", "chat"))).toMatchObject({
      kind: "conflict",
      found: to(["1", 100]),
    });
  });

  test("a hosted version is waited for; one whose answer broke off is not made twice", async () => {
    const azure = await startAzure();
    const { agent } = await standing(azure);
    const hosted = {
      ...agentSpec("r1", "chat"),
      definition: { kind: "hosted", model: "chat", cpu: "1", memory: "2Gi" },
    };
    await azure.fault({ kind: "reset", method: "POST", path: "/versions" });
    const first = await agent.prepare?.(target, hosted);
    expect(first?.kind).toMatch(/pending|done/);
    const result = await settled((resume) => agent.prepare?.(target, hosted, resume) ?? Promise.reject());
    expect(result).toEqual({ kind: "done", pointer: to(["2", 100]) });
    expect((await azure.effects()).filter((effect) => effect.startsWith("created version"))).toHaveLength(1);
  });

  test("a token that ended is renewed, a throttled project waited for", async () => {
    const azure = await startAzure();
    const { agent, clock } = await standing(azure);
    await azure.fault({ kind: "unauthorized", method: "PATCH" });
    await azure.fault({ kind: "throttled", method: "PATCH", retryAfter: 4 });
    const result = await agent.flip(target, to(["1", 100]), to(["@latest", 100]));
    expect(result).toEqual({ kind: "done", pointer: to(["1", 100]) });
    expect(clock.slept.at(-1)).toBe(4000);
  });
});
