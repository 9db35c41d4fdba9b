import { once } from "node:events";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { startAzureStandIn } from "../../../src/local/azure/arm/start.ts";
import { createModelServer } from "../../../src/local/model/server.ts";
import { accountId, group, startAzure } from "../../support/azure-server.ts";

const at = (name: string) => `${accountId}/deployments/${name}?api-version=2025-09-01`;
const wanted = (version = "2025-08-07", capacity = 10) => ({
  sku: { name: "GlobalStandard", capacity },
  properties: {
    model: { format: "OpenAI", name: "gpt-5-mini", version },
    versionUpgradeOption: "NoAutoUpgrade",
    raiPolicyName: "Strict",
  },
  tags: { "assay-release": "r1" },
});
const code = (json: unknown) => ({ error: expect.objectContaining({ code: json }) });

describe("ARM, simulated", () => {
  test("a PUT is an operation that is polled; then the resource is as asked for", async () => {
    const azure = await startAzure();
    const put = await azure.call("PUT", at("chat--v1"), wanted());
    expect(put).toMatchObject({ status: 201, json: { properties: { provisioningState: "Accepted" } } });
    const poll = new URL(put.headers.get("azure-asyncoperation") ?? "");
    expect(poll.pathname).toMatch(
      /\/providers\/Microsoft\.CognitiveServices\/locations\/simulated\/operationresults\//,
    );
    const polled = await azure.call("GET", poll.pathname);
    expect(polled).toMatchObject({ status: 200, json: { status: "Running" } });
    expect(polled.headers.get("retry-after")).toBe("1");
    expect(polled.headers.get("x-simulated")).toBe("true");
    expect((await azure.call("GET", poll.pathname)).json).toMatchObject({ status: "Succeeded" });
    const { json } = await azure.call("GET", at("chat--v1"));
    expect(json).toMatchObject({ ...wanted(), properties: { ...wanted().properties, provisioningState: "Succeeded" } });
    expect(json).toMatchObject({ etag: expect.stringMatching(/^"[0-9a-f-]{36}"$/) });
  });

  test("writes are serialised for an account, and only for that one", async () => {
    const azure = await startAzure({ polls: 3 });
    await azure.call("PUT", at("one"), wanted());
    expect(await azure.call("PUT", at("two"), wanted())).toMatchObject({ status: 409, json: code("RequestConflict") });
    const elsewhere = at("two").replace("accounts/acme", "accounts/other");
    expect((await azure.call("PUT", elsewhere, wanted())).status).toBe(201);
  });

  test("quota, retired models and unknown ones are refused", async () => {
    const azure = await startAzure({ quota: 50, polls: 0 });
    expect((await azure.call("PUT", at("one"), wanted("2025-08-07", 51))).json).toMatchObject(
      code("InsufficientQuota"),
    );
    const retired = {
      ...wanted(),
      properties: { model: { format: "OpenAI", name: "gpt-4o-mini", version: "2024-07-18" } },
    };
    expect((await azure.call("PUT", at("one"), retired)).json).toMatchObject(code("ServiceModelDeprecated"));
    expect((await azure.call("PUT", at("one"), wanted("1999-01-01"))).json).toMatchObject(
      code("DeploymentModelNotSupported"),
    );
    await azure.call("PUT", at("one"), wanted("2025-08-07", 40));
    await azure.call("GET", at("one"));
    expect((await azure.call("PUT", at("two"), wanted())).status).toBe(201);
    const usages = await azure.call("GET", `${group.replace("/resourceGroups/rg", "")}/locations/simulated/usages`);
    expect(JSON.stringify(usages.json)).toContain('"currentValue":50');
  });

  test("tags and capacity are patched, the name is deleted, the model of a name stays", async () => {
    const azure = await startAzure({ polls: 0 });
    const settled = async (method: string, body?: object) => {
      const answer = await azure.call(method, at("chat"), body);
      await azure.call("GET", at("chat"));
      return answer;
    };
    await settled("PUT", wanted());
    const other = { ...wanted(), properties: { model: { format: "OpenAI", name: "gpt-5", version: "2025-08-07" } } };
    expect((await settled("PUT", other)).json).toMatchObject(code("CannotChangeDeploymentModel"));
    const patched = await settled("PATCH", { tags: { a: "b" }, sku: { name: "GlobalStandard", capacity: 20 } });
    expect(patched.status).toBe(202);
    expect((await azure.call("GET", at("chat"))).json).toMatchObject({ tags: { a: "b" }, sku: { capacity: 20 } });
    expect((await settled("DELETE")).status).toBe(202);
    expect((await azure.call("GET", at("chat"))).status).toBe(404);
    expect((await settled("DELETE")).status).toBe(204);
  });

  test("the data plane serves what ARM holds, and names the model's version", async () => {
    let now = Date.parse("2026-11-21T10:00:00Z");
    const azure = await startAzure({ polls: 0, unknownForMs: 60_000, now: () => new Date(now) });
    const ask = async () =>
      azure.call("POST", "/acme/openai/deployments/chat--v1/chat/completions", {
        messages: [{ role: "user", content: "When can honey be harvested?" }],
      });
    await azure.call("PUT", at("chat--v1"), wanted());
    await azure.call("GET", at("chat--v1"));
    expect(await ask()).toMatchObject({ status: 404, json: code("DeploymentNotFound") });
    now += 60_000;
    expect(await ask()).toMatchObject({
      status: 200,
      json: { model: "gpt-5-mini-2025-08-07", system_fingerprint: "simulated" },
    });
    const v1 = await azure.call("POST", "/acme/openai/v1/chat/completions", {
      model: "chat--v1",
      messages: [{ role: "user", content: "Hello" }],
    });
    expect(v1).toMatchObject({ status: 200, json: { model: "gpt-5-mini-2025-08-07" } });
    await azure.call("POST", at("chat--v1").replace("?", "/pause?"));
    expect((await ask()).status).toBe(423);
    await azure.call("POST", at("chat--v1").replace("?", "/resume?"));
    const gone = {
      name: "gpt-5-mini",
      version: "2025-08-07",
      lifecycleStatus: "Deprecated",
      inference: "2026-11-21T00:00:00Z",
    };
    await azure.set("models", gone);
    expect((await ask()).status).toBe(410);
  });

  test("a fault of a share meets every so-manieth call of its deployment", async () => {
    const azure = await startAzure({ polls: 0 });
    await azure.call("PUT", at("chat"), wanted());
    await azure.call("GET", at("chat"));
    await azure.fault({ kind: "errorBefore", path: "/openai/deployments/chat", share: 0.25, count: 100, status: 503 });
    const statuses: number[] = [];
    for (let i = 0; i < 8; i++) {
      const body = { model: "chat", messages: [{ role: "user", content: `Hello ${i}` }] };
      statuses.push((await azure.call("POST", "/acme/openai/v1/chat/completions", body)).status);
    }
    expect(statuses).toEqual([200, 200, 200, 503, 200, 200, 200, 503]);
  });

  test("the same question is answered anew each time, and no sooner than the latency that is set", async () => {
    const azure = await startAzure({ polls: 0 });
    await azure.call("PUT", at("chat"), wanted());
    await azure.call("GET", at("chat"));
    await azure.set("settings", { latencyMs: 60 });
    const body = { model: "chat", messages: [{ role: "user", content: "Hello" }] };
    const started = performance.now();
    const [first, second] = [
      await azure.call("POST", "/acme/openai/v1/chat/completions", body),
      await azure.call("POST", "/acme/openai/v1/chat/completions", body),
    ];
    expect(performance.now() - started).toBeGreaterThan(115);
    const idOf = ({ json }: { json: unknown }) => (json as { id: string }).id;
    expect([idOf(first).slice(0, -1), idOf(first) === idOf(second)]).toEqual([idOf(second).slice(0, -1), false]);
  });

  test("a deployment that nobody made here is the model stand-in's, but never a versioned one", async () => {
    const model = createModelServer({ seed: 1, latencyMs: 0, key: "secret" });
    model.listen(0, "127.0.0.1");
    await once(model, "listening");
    const address = model.address();
    const modelUrl = `http://127.0.0.1:${typeof address === "object" ? address?.port : ""}/openai/v1`;
    const azure = await startAzure({ modelUrl });
    const ask = (deployment: string, headers: Record<string, string>) =>
      fetch(`${azure.url}/acme/openai/v1/chat/completions`, {
        ...{ method: "POST", headers },
        body: JSON.stringify({ model: deployment, messages: [{ role: "user", content: "Hello" }] }),
      });
    const answer = await ask("gpt-4.1-mini", { "api-key": "secret" });
    expect(await answer.json()).toMatchObject({ model: "gpt-4.1-mini-2025-04-14" });
    expect((await ask("gpt-4.1-mini", { "api-key": "wrong" })).status).toBe(401);
    expect((await ask("gpt-4.1--v1", { "api-key": "secret" })).status).toBe(404);
    model.closeAllConnections();
    model.close();
  });

  test("bad input: nothing is done for a call without a token, and its own routes refuse what they do not know", async () => {
    const azure = await startAzure();
    expect((await fetch(azure.url + at("chat"))).status).toBe(401);
    await expect(azure.fault({ kind: "throttled", count: 0 })).rejects.toThrow("invalid_fault");
    await expect(azure.set("settings", { qouta: 1 })).rejects.toThrow("invalid_settings");
  });
});

test("runs in a process of its own that logs each request and names a taken port", async () => {
  const folder = await mkdtemp(path.join(tmpdir(), "assay-azure-"));
  const logFile = path.join(folder, "log.jsonl");
  const azure = await startAzureStandIn({ port: 0, logFile });
  try {
    const headers = { authorization: "Bearer test" };
    expect((await fetch(azure.url + at("chat"), { headers })).status).toBe(404);
    expect(JSON.parse(await readFile(logFile, "utf8"))).toMatchObject({ method: "GET", status: 404, path: at("chat") });
    const port = Number(new URL(azure.url).port);
    await expect(startAzureStandIn({ port })).rejects.toThrow(`Port ${port} of the Azure stand-in is taken`);
  } finally {
    await azure.stop();
    await rm(folder, { recursive: true, force: true });
  }
});
