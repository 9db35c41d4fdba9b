import { hash } from "node:crypto";
import { expect, test } from "vitest";
import { publishRoutes } from "../../../src/shared/gate/publish-routes.ts";
import { aliasKey, type RouteAlias } from "../../../src/shared/routing/route-alias.ts";
import { readRouteDocument } from "../../../src/shared/routing/route-document.ts";
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
  await publishRoutes(ref, baseSha, gate.ports);
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
  await publishRoutes(ref, baseSha, gate.ports);
  gate.move(headSha);
  await publishRoutes(ref, headSha, gate.ports);
  expect(await aliasOf(gate)).toMatchObject({ digest: readRoute(second).digest, commit: headSha });
  expect(await aliasOf(gate, "other")).toMatchObject({ commit: baseSha, withdrawnAt: expect.any(String) });
  gate.move(baseSha);
  await publishRoutes(ref, baseSha, gate.ports);
  expect((await aliasOf(gate, "other"))?.withdrawnAt).toBeUndefined();
});

test("a push that is brought late changes nothing, and neither does one that is overtaken while it writes", async () => {
  const gate = house({ [path]: first }, { [path]: second });
  gate.move(headSha);
  await publishRoutes(ref, headSha, gate.ports);
  await publishRoutes(ref, baseSha, gate.ports);
  expect((await aliasOf(gate))?.digest).toBe(readRoute(second).digest);
  const raced = house({ [path]: first }, { [path]: second });
  const { insert } = raced.ports.store.routes;
  let overtaken = false;
  raced.ports.store.routes.insert = async (...args) => {
    if (overtaken) return insert(...args);
    overtaken = true;
    raced.move(headSha);
    await publishRoutes(ref, headSha, raced.ports);
    return insert(...args);
  };
  await publishRoutes(ref, baseSha, raced.ports);
  expect(await aliasOf(raced)).toMatchObject({ digest: readRoute(second).digest, commit: headSha });
});

test("a commit that is published is not read again, unless a document was dropped", async () => {
  const gate = house({ [path]: first });
  await publishRoutes(ref, baseSha, gate.ports);
  gate.failing.set("tree", new Error("read again"));
  await publishRoutes(ref, baseSha, gate.ports);
  gate.ports.routeDocuments.get = async () => undefined;
  await expect(publishRoutes(ref, baseSha, gate.ports)).rejects.toThrow("read again");
});

test.each([
  ["cannot be read", "schema: assay/routes/v1\nname: chat\n"],
  ["names a target that it does not have", routeFile([], { pick: "nobody" })],
  ["holds a secret", first.replace("measured better", `ghp_${"a1B2c3D4e5".repeat(4).slice(0, 36)}`)],
])("bad input: a route that %s keeps the document that was served", async (_, broken) => {
  const gate = house({ [path]: first }, { [path]: broken });
  await publishRoutes(ref, baseSha, gate.ports);
  gate.move(headSha);
  await publishRoutes(ref, headSha, gate.ports);
  expect(await aliasOf(gate)).toMatchObject({ digest: readRoute(first).digest, commit: baseSha });
  expect((await aliasOf(gate))?.withdrawnAt).toBeUndefined();
});

test("what a release points elsewhere stays there until the file changes", async () => {
  const gate = house({ [path]: first }, { [path]: second });
  await publishRoutes(ref, baseSha, gate.ports);
  const key = aliasKey(ref.repository, "chat");
  const stored = await gate.ports.store.routes.get(0, key);
  if (!stored) throw new Error("not published");
  const back = { ...stored.value, digest: "0".repeat(64), filed: stored.value.digest };
  await gate.ports.store.routes.replace(0, key, stored, back);
  await publishRoutes(ref, baseSha, gate.ports);
  expect(await aliasOf(gate)).toEqual(back);
  gate.move(headSha);
  await publishRoutes(ref, headSha, gate.ports);
  expect(await aliasOf(gate)).toMatchObject({ digest: readRoute(second).digest, commit: headSha });
  expect(await aliasOf(gate)).not.toHaveProperty("filed");
});
