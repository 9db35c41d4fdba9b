import { beforeAll, expect, test } from "vitest";
import type { Operation } from "../../../src/shared/releases/operation.ts";
import type { ReleaseState } from "../../../src/shared/releases/release-state.ts";
import type { ReleaseStore } from "../../../src/shared/releases/release-store.ts";
import { settlementOf } from "../../../src/shared/releases/settlement.ts";
import { createReleaseStore } from "../../../src/shared/storage/release-store.ts";
import { createTables } from "../../../src/shared/storage/tables.ts";
import { sharedAzurite } from "../../support/azurite.ts";

let store: ReleaseStore;
let repositories = Math.floor(Math.random() * 1e9);
beforeAll(async () => {
  store = createReleaseStore(createTables({ kind: "connectionString", connectionString: await sharedAzurite() }));
});

const at = "2026-11-20T10:00:00.000Z";
const key = "prompt:support";
const old = { kind: "prompt", digest: "old" } as const;

function rollback(repositoryId: number, change: Partial<Operation> = {}): Operation {
  return {
    ...{ operationId: "rollback-r2", repositoryId, repository: "acme/ai", kind: "rollback", releaseId: "r2" },
    destinations: [{ releaseId: "r1", releases: { [key]: "r1" }, pointers: { [key]: old } }],
    ...{ destination: 0, cause: { kind: "watch", reason: "errors" }, automatic: true, stage: "settling", epoch: 1 },
    ...{ deadline: at, createdAt: at, untold: [], links: {}, timeline: [], outcome: "rolledBack" },
    steps: [{ target: { id: "s", kind: "prompt", alias: "support" }, to: old, state: "verified", attempts: 1 }],
    ...change,
  };
}

function release(repositoryId: number, brought: string[]): ReleaseState {
  return {
    ...{
      repositoryId,
      repository: "acme/ai",
      releaseId: "r2",
      name: "support",
      stage: "prod",
      digest: "d",
      commit: "c",
    },
    watch: { mode: "act", minutes: 60, minimumSamples: 20, windows: { needed: 2, of: 3 }, rules: [] },
    ...{ owner: "ada", status: "watching", pointers: {}, brought, before: {}, atomic: false, standbyHours: 24 },
    createdAt: at,
  };
}

test("a release that brought more than a transaction holds is settled, all of it in quarantine", async () => {
  const repositoryId = repositories++;
  const brought = Array.from({ length: 230 }, (_, n) => `digest-${n}`);
  await store.addRelease(release(repositoryId, brought));
  const own = rollback(repositoryId);
  await store.claim(own);
  const settled = await store.settle(own, (known) => settlementOf(own, known, new Date(at)));
  expect(settled).toEqual({ settled: true });
  const digests = (await store.quarantined(repositoryId)).map(({ digest }) => digest);
  expect(digests.sort()).toEqual(brought.toSorted());
  expect(await store.release(repositoryId, "r2")).toMatchObject({ status: "rolledBack" });
  expect((await store.target(repositoryId, key))?.activeOperation).toBeUndefined();
});

test("what an operation that is closed still has is taken, what one that is not has is left to it", async () => {
  const repositoryId = repositories++;
  const first = rollback(repositoryId);
  await store.begin(first);
  await store.claim(first);
  const second = rollback(repositoryId, { operationId: "rollback-r1" });
  expect(await store.claim(second)).toEqual({ taken: false, by: first.operationId });
  const stored = await store.operation(repositoryId, first.operationId);
  if (stored) await store.write(stored, { ...first, stage: "closed" });
  expect(await store.claim(second)).toEqual({ taken: true });
  expect(await store.target(repositoryId, key)).toMatchObject({ activeOperation: "rollback-r1", epoch: 2 });
});
