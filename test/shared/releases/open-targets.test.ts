import { describe, expect, test } from "vitest";
import type { Pointer, TargetPorts } from "../../../src/shared/releases/target-port.ts";
import { createServices } from "../../../src/shared/services.ts";
import { createBlobs } from "../../../src/shared/storage/blobs.ts";
import { createPromptDocuments, createRouteDocuments } from "../../../src/shared/storage/route-store.ts";
import { type AzureServer, accountId, startAzure } from "../../support/azure-server.ts";
import { freshName, sharedAzurite } from "../../support/azurite.ts";
import { createInstantClock } from "../../support/instant-clock.ts";

const model = { format: "OpenAI", name: "gpt-5-mini", version: "2026-08-06" };
const deployment = (n: number): Pointer => ({ kind: "deployment", deployment: `chat--v${n}`, model });
const target = <K extends Pointer["kind"]>(kind: K, more: object = {}) => ({
  id: "chat",
  kind,
  alias: "chat",
  ...more,
});

/** The product's own composition: real tables, real clients, a token from the platform's endpoint. */
async function open(azure: AzureServer, env: Record<string, string> = {}): Promise<{ ports: TargetPorts; id: number }> {
  // The platform's variables are read by the credential itself, from the process.
  process.env.IDENTITY_ENDPOINT = `${azure.url}/msi/token`;
  process.env.IDENTITY_HEADER = "simulated";
  const services = createServices(
    {
      AssayStorage: await sharedAzurite(),
      IDENTITY_ENDPOINT: process.env.IDENTITY_ENDPOINT,
      ASSAY_GITHUB_APP_ID: "1",
      ASSAY_GITHUB_PRIVATE_KEY: "unused",
      ASSAY_GITHUB_WEBHOOK_SECRET: "unused",
      ASSAY_REPOSITORIES: "acme/support",
      ASSAY_MODEL_URL: `${azure.url}/acme/openai/v1`,
      ASSAY_MODEL_KEY: "simulated",
      ASSAY_ARM_URL: azure.url,
      ASSAY_FOUNDRY_ACCOUNTS: accountId,
      ASSAY_FOUNDRY_PROJECTS: `${azure.url}/acme/api/projects/support`,
      ASSAY_RELEASE_CLIENT_ID: "release-identity",
      ...env,
    },
    createInstantClock(),
  );
  const id = Math.floor(Math.random() * 1e9);
  return { ports: await (await services.targets())({ id, fullName: `acme/${freshName("r")}` }), id };
}

describe("the targets of a repository, put together", () => {
  test("two workers flip one alias at once: one does, the other is told what it met", async () => {
    const azure = await startAzure();
    const { ports } = await open(azure);
    expect(await ports.deployment.read(target("deployment"))).toBeUndefined();
    const firsts = await Promise.all(
      [1, 2].map((n) => ports.deployment.flip(target("deployment"), deployment(n), undefined)),
    );
    expect(firsts.map(({ kind }) => kind).sort()).toEqual(["conflict", "done"]);
    const seen = await ports.deployment.read(target("deployment"));
    const both = await Promise.all([3, 4].map((n) => ports.deployment.flip(target("deployment"), deployment(n), seen)));
    expect(both.map(({ kind }) => kind).sort()).toEqual(["conflict", "done"]);
    expect((await azure.log()).length).toBe(0);
  });

  test("writes go out in the release identity's name, and are read back", async () => {
    const azure = await startAzure();
    const { ports } = await open(azure);
    const sku = { name: "GlobalStandard", capacity: 10 };
    const spec = { kind: "deployment" as const, deployment: "chat--v1", model, sku, tags: { "assay-release": "r1" } };
    expect(await ports.deployment.prepare?.(target("deployment"), spec)).toEqual({
      kind: "done",
      pointer: deployment(1),
    });
    expect(await ports.deployment.probe(target("deployment"), deployment(1))).toMatchObject({ asExpected: true });
    await azure.call("POST", "/acme/api/projects/support/agents", {
      name: "chat",
      definition: { kind: "prompt", model: "chat--v1" },
    });
    const one: Pointer = { kind: "agent", rules: [{ version: "1", percentage: 100 }] };
    const latest = await ports.agent.read(target("agent"));
    expect(await ports.agent.flip(target("agent"), one, latest)).toEqual({ kind: "done", pointer: one });
    expect(await ports.agent.probe(target("agent"), one)).toMatchObject({ served: "1", asExpected: true });
    const writes = (await azure.log()).filter(({ method }) => method === "PUT" || method === "PATCH");
    expect(writes.map(({ caller }) => caller)).toEqual(["release-identity", "release-identity"]);
  });

  test("a route's name is pointed to another document that is kept, and to none that is not", async () => {
    const azure = await startAzure();
    const { ports, id } = await open(azure);
    const documents = createRouteDocuments(
      createBlobs({ kind: "connectionString", connectionString: await sharedAzurite() }),
    );
    const to = (letter: string): Pointer => ({
      kind: "route",
      digest: letter.repeat(64),
      path: "routing/chat.yaml",
      commit: letter.repeat(40),
    });
    for (const letter of ["a", "b"]) await documents.put(id, letter.repeat(64), "{}");
    expect(await ports.route.flip(target("route"), to("a"), undefined)).toMatchObject({
      kind: "done",
      pointer: to("a"),
    });
    const seen = await ports.route.read(target("route"));
    expect(await ports.route.flip(target("route"), to("b"), seen)).toMatchObject({ kind: "done", pointer: to("b") });
    expect(await ports.route.flip(target("route"), to("a"), seen)).toMatchObject({ kind: "conflict", found: to("b") });
    const now = await ports.route.read(target("route"));
    expect(await ports.route.flip(target("route"), to("c"), now)).toMatchObject({ code: "DocumentNotFound" });
    expect(await ports.route.probe(target("route"), to("b"))).toMatchObject({ kind: "answered", asExpected: true });
    expect(await ports.route.probe(target("route"), to("c"))).toMatchObject({ kind: "gone" });
  });

  test("a prompt flips to a document that was published, conditionally, and is probed by what it hands out", async () => {
    const azure = await startAzure();
    const { ports, id } = await open(azure);
    const { put } = createPromptDocuments(
      createBlobs({ kind: "connectionString", connectionString: await sharedAzurite() }),
    );
    for (const digest of ["a", "b"]) await put(id, digest, JSON.stringify({ name: "chat", digest }));
    await put(id, "f", JSON.stringify({ name: "chat", digest: "a" }));
    const to = (digest: string): Pointer => ({ kind: "prompt", digest, path: "prompts/p.prompt.md", commit: "c1" });
    expect(await ports.prompt.read(target("prompt"))).toBeUndefined();
    const first = await ports.prompt.flip(target("prompt"), to("a"), undefined);
    expect(first).toMatchObject({ kind: "done", pointer: to("a") });
    const seen = await ports.prompt.read(target("prompt"));
    expect(await ports.prompt.flip(target("prompt"), to("b"), seen)).toMatchObject({ kind: "done", pointer: to("b") });
    expect(await ports.prompt.flip(target("prompt"), to("a"), seen)).toMatchObject({ kind: "conflict" });
    const now = await ports.prompt.read(target("prompt"));
    expect(await ports.prompt.flip(target("prompt"), to("x"), now)).toMatchObject({ code: "DocumentNotFound" });
    const probed = await ports.prompt.probe(target("prompt"), to("b"));
    expect(probed).toMatchObject({ kind: "answered", served: "b", asExpected: true });
    expect(await ports.prompt.probe(target("prompt"), to("x"))).toMatchObject({ kind: "gone" });
    expect(await ports.prompt.probe(target("prompt"), to("f"))).toMatchObject({ served: "a", asExpected: false });
  });

  test("bad input: a target of an account that the settings do not have", async () => {
    const azure = await startAzure();
    const { ports } = await open(azure, {
      ASSAY_FOUNDRY_ACCOUNTS: "",
      ASSAY_FOUNDRY_PROJECTS: "eu=https://a,us=https://b",
    });
    await expect(ports.inPlace.read(target("inPlace"))).rejects.toThrow("ASSAY_FOUNDRY_ACCOUNTS is empty");
    await expect(ports.agent.read(target("agent"))).rejects.toThrow("has several, and the target names none");
    await expect(ports.agent.read(target("agent", { endpoint: "asia" }))).rejects.toThrow('has no "asia"');
  });
});
