import { expect, test } from "vitest";
import { askRollback } from "../../../src/shared/releases/ask-rollback.ts";
import { destinationsOf } from "../../../src/shared/releases/decide-rollback.ts";
import { createRouteTarget } from "../../../src/shared/releases/document-target.ts";
import { type OperationPorts, performOperation } from "../../../src/shared/releases/perform-operation.ts";
import { promoteRelease } from "../../../src/shared/releases/promotion/promote-release.ts";
import { disabledAnswer } from "../../../src/shared/releases/promotion/record-off.ts";
import type { ReleaseState } from "../../../src/shared/releases/release-state.ts";
import { resolveRoute } from "../../../src/shared/routing/resolve-route.ts";
import { readRouteDocument } from "../../../src/shared/routing/route-document.ts";
import { createRouteAliases } from "../../../src/shared/storage/alias-records.ts";
import { createReleaseStore } from "../../../src/shared/storage/release-store.ts";
import { createTables } from "../../../src/shared/storage/tables.ts";
import { sharedAzurite } from "../../support/azurite.ts";
import { helloFiles } from "../repository/memory-repository.ts";
import { readRoute, routeFile } from "../routing/routes.ts";
import { manifest } from "./manifests.ts";
import { promotionWorld } from "./promotion-world.ts";

let repositories = Math.floor(Math.random() * 1e9);

/** A repository whose first release points a route, at a target that is served by the real records. */
async function openRoom(firstWayBack: string) {
  const tables = createTables({ kind: "connectionString", connectionString: await sharedAzurite() });
  const store = createReleaseStore(tables);
  const id = ++repositories;
  const route = readRoute(routeFile([]));
  const targets = `  - { id: chat, kind: route, alias: chat, to: { digest: ${route.digest} } }\n`;
  const bound = `routes: [{ name: chat, digest: ${route.digest} }]\nfirstWayBack: ${firstWayBack}\nevidence: { runs: [run-1] }\n`;
  const files = {
    ...helloFiles,
    "routing/chat.yaml": routeFile([]),
    "releases/chat.yaml": manifest({ targets, more: bound }),
  };
  const { ports, asked, sent } = promotionWorld(store, id, { before: helloFiles, head: files });
  const aliases = createRouteAliases(tables);
  const repository = { id, fullName: `acme/ai-${id}` };
  const memory = await ports.targets(repository);
  const document = ports.routeDocuments.get;
  const own = { ...memory, route: createRouteTarget({ records: aliases, document, repository, clock: ports.clock }) };
  const all = { ...ports, targets: async () => own };
  const operations: OperationPorts = {
    ...{
      ...all,
      smoke: async () => ({ verdict: "pass", reason: "none" }),
      tell: async () => ({}),
      later: async () => {},
      overdueMs: 60_000,
    },
  };
  const answers = async () => {
    const alias = await aliases.get(repository.fullName, "chat");
    const text = await document(id, alias?.value.digest ?? "");
    return text === undefined
      ? undefined
      : resolveRoute(readRouteDocument(text, alias?.value.digest ?? "", "chat"), {}).off;
  };
  return { store, id, ports: all, operations, asked, sent, answers };
}

test.each([
  ["{ kind: answer, answer: We are back at noon. }", "We are back at noon."],
  ["{ kind: disable }", disabledAnswer],
])("a first release of a route that declares %s is rolled back to that answer", async (declared, answer) => {
  const { store, id, ports, operations, asked, sent, answers } = await openRoom(declared);
  const promoted = await promoteRelease(asked, ports);
  expect(promoted).toMatchObject({ kind: "operation" });
  expect(
    (await performOperation({ repositoryId: id, operationId: sent[0]?.operationId ?? "" }, operations))?.outcome,
  ).toBe("promoted");
  expect(await answers()).toBeUndefined();
  const releaseId = sent[0]?.releaseId ?? "";
  const cause = { kind: "person", by: "mona", reason: "it lies" } as const;
  await askRollback({ repositoryId: id, releaseId, cause, automatic: false }, ports);
  const done = await performOperation({ repositoryId: id, operationId: `rollback-${releaseId}` }, operations);
  expect(done).toMatchObject({ stage: "closed", outcome: "rolledBack" });
  expect(await answers()).toEqual({ answer });
  expect(await store.target(id, "route:chat")).toMatchObject({ current: expect.stringContaining("chat-off-") });
});

test("what one release declares is no way back of the one after it", () => {
  const pointers = { "route:chat": { kind: "route", digest: "d", path: "p", commit: "c" } } as const;
  const release = (releaseId: string, change: Partial<ReleaseState>): ReleaseState => ({
    ...{ releaseId, repositoryId: 1, repository: "acme/ai", name: "chat", stage: "prod", digest: "d", commit: "c" },
    watch: { mode: "act", minutes: 60, minimumSamples: 20, windows: { needed: 2, of: 3 }, rules: [] },
    ...{ owner: "ada", status: "watching", pointers, brought: [], before: {}, atomic: false, standbyHours: 24 },
    ...{ createdAt: "2026-11-15T09:00:00.000Z", ...change },
  });
  const off = release("chat-off", { status: "verified", isOff: true });
  const first = release("chat-1", { before: { "route:chat": "chat-off" } });
  const second = release("chat-2", { before: { "route:chat": "chat-1" } });
  const ways = (one: ReleaseState) =>
    destinationsOf({ release: one, releases: [off, first, second], quarantined: [] }).map(({ releaseId }) => releaseId);
  expect([ways(first), ways(second)]).toEqual([["chat-off"], []]);
});
