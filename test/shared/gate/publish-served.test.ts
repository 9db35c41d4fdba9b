import { hash } from "node:crypto";
import { describe, expect, test } from "vitest";
import { publishServed } from "../../../src/shared/gate/publish-served.ts";
import { aliasKey, type RouteAlias } from "../../../src/shared/routing/route-alias.ts";
import { readRouteDocument } from "../../../src/shared/routing/route-document.ts";
import { promptFile } from "../../support/ai-repository.ts";
import { baseSha, createMemoryGate, headSha, type MemoryGate, ref } from "../../support/memory-gate.ts";
import { readRoute, routeFile, rule } from "../routing/routes.ts";

const path = "routing/chat.yaml";
const first = routeFile([rule("pro", "{ tier: pro, locale: [de, fr] }")]);
const second = routeFile([rule("pro", "{ tier: pro }", "mini")]);

/** The branch is at the base until a test moves it. */
function house(base: Record<string, string>, head: Record<string, string> = {}) {
  const gate = createMemoryGate({ base, head });
  let tip = baseSha;
  const open = gate.ports.open;
  gate.ports.open = async (to) => {
    const host = await open(to);
    return { ...host, pulls: { ...host.pulls, tip: async () => tip } };
  };
  return Object.assign(gate, {
    move(to: string) {
      tip = to;
    },
  });
}

const aliasOf = async ({ ports }: MemoryGate, name = "chat"): Promise<RouteAlias | undefined> =>
  (await ports.store.routes.get(0, aliasKey(ref.repository, name)))?.value;

test("the tip's routes are documents named by their own sha256, and aliases that name them", async () => {
  const gate = house({ [path]: first });
  await publishServed(ref, baseSha, gate.ports);
  const { digest } = readRoute(first);
  expect(await aliasOf(gate)).toMatchObject({ digest, commit: baseSha, path, repositoryId: ref.repositoryId });
  const text = (await gate.ports.routeDocuments.get(ref.repositoryId, digest)) ?? "";
  expect(hash("sha256", text)).toBe(digest);
  const { positions: _positions, ...route } = readRoute(first);
  expect(readRouteDocument(text, digest, path)).toEqual({ ...route, positions: {} });
});

test("what did not change keeps its alias; what changed, went and came back has its own", async () => {
  const more = { "routing/other.yaml": first.replace("name: chat", "name: other") };
  const gate = house({ [path]: first, ...more }, { [path]: second });
  await publishServed(ref, baseSha, gate.ports);
  gate.move(headSha);
  await publishServed(ref, headSha, gate.ports);
  expect(await aliasOf(gate)).toMatchObject({ digest: readRoute(second).digest, commit: headSha });
  expect(await aliasOf(gate, "other")).toMatchObject({ commit: baseSha, withdrawnAt: expect.any(String) });
  gate.move(baseSha);
  await publishServed(ref, baseSha, gate.ports);
  expect((await aliasOf(gate, "other"))?.withdrawnAt).toBeUndefined();
});

test("a push that is brought late changes nothing, and neither does one that is overtaken while it writes", async () => {
  const gate = house({ [path]: first }, { [path]: second });
  gate.move(headSha);
  await publishServed(ref, headSha, gate.ports);
  await publishServed(ref, baseSha, gate.ports);
  expect((await aliasOf(gate))?.digest).toBe(readRoute(second).digest);
  const raced = house({ [path]: first }, { [path]: second });
  const { insert } = raced.ports.store.routes;
  let overtaken = false;
  raced.ports.store.routes.insert = async (...args) => {
    if (overtaken) return insert(...args);
    overtaken = true;
    raced.move(headSha);
    await publishServed(ref, headSha, raced.ports);
    return insert(...args);
  };
  await publishServed(ref, baseSha, raced.ports);
  expect(await aliasOf(raced)).toMatchObject({ digest: readRoute(second).digest, commit: headSha });
});

test("a commit that is published is not read again, unless a document was dropped", async () => {
  const gate = house({ [path]: first });
  await publishServed(ref, baseSha, gate.ports);
  gate.failing.set("tree", new Error("read again"));
  await publishServed(ref, baseSha, gate.ports);
  gate.ports.routeDocuments.get = async () => undefined;
  await expect(publishServed(ref, baseSha, gate.ports)).rejects.toThrow("read again");
});

test.each([
  ["cannot be read", "schema: assay/routes/v1\nname: chat\n"],
  ["names a target that it does not have", routeFile([], { pick: "nobody" })],
  ["holds a secret", first.replace("measured better", `ghp_${"a1B2c3D4e5".repeat(4).slice(0, 36)}`)],
])("bad input: a route that %s keeps the document that was served", async (_, broken) => {
  const gate = house({ [path]: first }, { [path]: broken });
  await publishServed(ref, baseSha, gate.ports);
  gate.move(headSha);
  await publishServed(ref, headSha, gate.ports);
  expect(await aliasOf(gate)).toMatchObject({ digest: readRoute(first).digest, commit: baseSha });
  expect((await aliasOf(gate))?.withdrawnAt).toBeUndefined();
});

test("what a release points elsewhere stays there until the file changes", async () => {
  const gate = house({ [path]: first }, { [path]: second });
  await publishServed(ref, baseSha, gate.ports);
  const key = aliasKey(ref.repository, "chat");
  const stored = await gate.ports.store.routes.get(0, key);
  if (!stored) throw new Error("not published");
  const back = { ...stored.value, digest: "0".repeat(64), filed: stored.value.digest };
  await gate.ports.store.routes.replace(0, key, stored, back);
  await publishServed(ref, baseSha, gate.ports);
  expect(await aliasOf(gate)).toEqual(back);
  gate.move(headSha);
  await publishServed(ref, headSha, gate.ports);
  expect(await aliasOf(gate)).toMatchObject({ digest: readRoute(second).digest, commit: headSha });
  expect(await aliasOf(gate)).not.toHaveProperty("filed");
});

const manifest = (kind: string, alias: string) =>
  [
    "schema: assay/release/v1",
    "name: ship",
    "owner: ada",
    "stage: prod",
    `targets: [{ id: it, kind: ${kind}, alias: ${alias}, to: { digest: ${"d".repeat(64)} } }]`,
    "",
  ].join("\n");
const released = { "releases/ship.yaml": manifest("route", "chat") };

describe("what a manifest names as its target", () => {
  test("is put and not served before its release; other names are served as merged", async () => {
    const other = { "routing/other.yaml": first.replace("name: chat", "name: other") };
    const gate = house({ [path]: first, ...other, ...released });
    await publishServed(ref, baseSha, gate.ports);
    expect(await aliasOf(gate)).toBeUndefined();
    expect(await aliasOf(gate, "other")).toMatchObject({ commit: baseSha });
    expect(await gate.ports.routeDocuments.get(ref.repositoryId, readRoute(first).digest)).toBeDefined();
  });

  test("stays where its release left it: a merge does not move it, and no hour undoes a rollback", async () => {
    const gate = house({ [path]: first, ...released }, { [path]: second, ...released });
    const key = aliasKey(ref.repository, "chat");
    const { digest } = readRoute(first);
    const own = { ...ref, name: "chat", path, digest, commit: baseSha, publishedAt: "2026-11-21T00:00:00.000Z" };
    await gate.ports.store.routes.insert(0, key, own);
    gate.move(headSha);
    await publishServed(ref, headSha, gate.ports);
    expect(await aliasOf(gate)).toEqual(own);
    const { get, put } = gate.ports.routeDocuments;
    await put(ref.repositoryId, digest, "kept");
    const promoted = await gate.ports.store.routes.get(0, key);
    if (!promoted) throw new Error("not there");
    await gate.ports.store.routes.replace(0, key, promoted, { ...own, filed: readRoute(second).digest });
    // Makes the hour publish again.
    let dropped = false;
    gate.ports.routeDocuments.get = async (...of) => {
      if (dropped) return get(...of);
      dropped = true;
      return undefined;
    };
    await publishServed(ref, headSha, gate.ports);
    expect(await aliasOf(gate)).toEqual({ ...own, filed: readRoute(second).digest });
  });

  test("waits with its document: one that was dropped is put again", async () => {
    const gate = house({ [path]: first, ...released });
    await publishServed(ref, baseSha, gate.ports);
    gate.failing.set("tree", new Error("read again"));
    await publishServed(ref, baseSha, gate.ports);
    gate.ports.routeDocuments.get = async () => undefined;
    await expect(publishServed(ref, baseSha, gate.ports)).rejects.toThrow("read again");
  });

  test("bad input: a manifest that cannot be read may name anything, so no name moves", async () => {
    const gate = house({ [path]: first }, { [path]: second, "releases/ship.yaml": "schema: assay/release/v1\n" });
    await publishServed(ref, baseSha, gate.ports);
    gate.move(headSha);
    await publishServed(ref, headSha, gate.ports);
    expect(await aliasOf(gate)).toMatchObject({ digest: readRoute(first).digest, commit: baseSha });
    expect(gate.log.events.some(({ event }) => event === "release.unreadable")).toBe(true);
  });
});

describe("prompts", () => {
  const file = "prompts/helper.prompt.md";
  const promptOf = async ({ ports }: MemoryGate) =>
    (await ports.store.prompts.get(0, aliasKey(ref.repository, "helper")))?.value;

  test("are served as merged: a document named by the prompt's digest, and an alias that has its sha256", async () => {
    const gate = house({ [file]: promptFile("good") }, { [file]: promptFile("better") });
    await publishServed(ref, baseSha, gate.ports);
    const before = await promptOf(gate);
    const text = (await gate.ports.promptDocuments.get(ref.repositoryId, before?.digest ?? "")) ?? "";
    expect(before).toMatchObject({ path: file, commit: baseSha, document: hash("sha256", text) });
    expect(JSON.parse(text)).toMatchObject({ name: "helper", digest: before?.digest });
    gate.move(headSha);
    await publishServed(ref, headSha, gate.ports);
    expect(await promptOf(gate)).toMatchObject({ commit: headSha });
    expect((await promptOf(gate))?.digest).not.toBe(before?.digest);
  });

  test("that a manifest names wait for its release", async () => {
    const gate = house({ [file]: promptFile("good"), "releases/ship.yaml": manifest("prompt", "helper") });
    await publishServed(ref, baseSha, gate.ports);
    expect(await promptOf(gate)).toBeUndefined();
  });

  test("bad input: one with a secret, or whose output schema is not there, keeps what was served", async () => {
    const broken = [
      promptFile(`ghp_${"a1B2c3D4e5".repeat(4).slice(0, 36)}`),
      promptFile("better").replace("inputs:", "output: { format: json_schema, schema: ../none.json }\ninputs:"),
    ];
    for (const text of broken) {
      const gate = house({ [file]: promptFile("good") }, { [file]: text });
      await publishServed(ref, baseSha, gate.ports);
      gate.move(headSha);
      await publishServed(ref, headSha, gate.ports);
      expect(await promptOf(gate)).toMatchObject({ commit: baseSha });
      expect((await promptOf(gate))?.withdrawnAt).toBeUndefined();
    }
  });
});

test("what an operator said of a route outlives the next merge", async () => {
  const gate = house({ [path]: first }, { [path]: second });
  await publishServed(ref, baseSha, gate.ports);
  const key = aliasKey(ref.repository, "chat");
  const stored = await gate.ports.store.routes.get(0, key);
  if (!stored) throw new Error("not published");
  const [at, until] = ["2026-11-21T10:00:00.000Z", "2099-11-21T12:00:00.000Z"];
  const override = { kind: "target" as const, target: "large", id: "o-1", reason: "slow", by: "ada", at, until };
  await gate.ports.store.routes.replace(0, key, stored, { ...stored.value, override, earlier: [override] });
  gate.move(headSha);
  await publishServed(ref, headSha, gate.ports);
  expect(await aliasOf(gate)).toMatchObject({ digest: readRoute(second).digest, override, earlier: [override] });
});
