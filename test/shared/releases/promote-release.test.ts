import { beforeAll, expect, test } from "vitest";
import { promotePushed } from "../../../src/shared/releases/promotion/promote-pushed.ts";
import { promoteRelease } from "../../../src/shared/releases/promotion/promote-release.ts";
import type { ReleaseStore } from "../../../src/shared/releases/release-store.ts";
import type { Pointer } from "../../../src/shared/releases/target-port.ts";
import { createReleaseStore } from "../../../src/shared/storage/release-store.ts";
import { createTables } from "../../../src/shared/storage/tables.ts";
import { sharedAzurite } from "../../support/azurite.ts";
import { helloFiles } from "../repository/memory-repository.ts";
import { deployment, manifest } from "./manifests.ts";
import { before, head, merged, promotionWorld } from "./promotion-world.ts";

let store: ReleaseStore;
let repositories = Math.floor(Math.random() * 1e9);
beforeAll(async () => {
  store = createReleaseStore(createTables({ kind: "connectionString", connectionString: await sharedAzurite() }));
});

const more = "evidence: { runs: [run-1] }\nstandby: { expectedPeak: 50 }\nfirstWayBack: { kind: served }\n";
const release = (text = manifest({ targets: deployment(3), more })) => ({ ...helloFiles, "releases/chat.yaml": text });
const old: Pointer = {
  kind: "deployment",
  deployment: "chat--v2",
  model: { format: "OpenAI", name: "gpt-4.1", version: "2025-04-14" },
};

function world(own = release(), mergedAs = own) {
  const opened = promotionWorld(store, ++repositories, { before: helloFiles, head: own, merged: mergedAs });
  opened.serves.set("deployment:chat", old);
  return { ...opened, id: repositories };
}

test("a merged manifest is promoted once, and what served before is the way back that its owner vouches for", async () => {
  const { ports, asked, sent, checks, id } = world();
  const first = await promoteRelease(asked, ports);
  expect(first).toMatchObject({ kind: "operation", isNew: true, operation: { kind: "promote", stage: "claiming" } });
  const again = await promoteRelease(asked, ports);
  expect(again).toMatchObject({ kind: "operation", isNew: false });
  expect(sent).toHaveLength(1);
  const [operation] = sent;
  expect(operation?.steps).toMatchObject([
    {
      target: { alias: "chat" },
      from: { deployment: "chat--v2" },
      spec: { deployment: "chat--v3", raiPolicyName: "strict" },
    },
  ]);
  expect(operation?.steps[0]?.to).toBeUndefined();
  const row = await store.release(id, operation?.releaseId ?? "");
  expect(row).toMatchObject({ status: "promoting", pull: 3, commit: merged });
  expect(row?.brought.length).toBeGreaterThan(0);
  const served = (await store.target(id, "deployment:chat"))?.current ?? "";
  expect(await store.release(id, served)).toMatchObject({ status: "verified", pointers: { "deployment:chat": old } });
  expect(checks).toMatchObject([{ name: "assay / release", headSha: merged, status: "in_progress" }]);
});

test("a promotion without a say, of quarantined content or to a frozen target is refused, each with its mend", async () => {
  const { ports, asked, approvals, evidence, checks, sent, id } = world();
  approvals.length = 0;
  evidence.clear();
  const frozenUntil = new Date(ports.clock.now().getTime() + 60_000).toISOString();
  await store.mark(id, "deployment:chat", (known) => ({ ...known, frozenUntil, why: "quarter's end", by: "grace" }));
  const refused = await promoteRelease(asked, ports);
  const codes = refused.kind === "refused" ? refused.refusals.map(({ code }) => code) : [];
  expect(codes).toEqual(["noEvidence", "evidenceOfOther", "approvalsMissing", "frozen"]);
  expect(sent).toEqual([]);
  expect(checks).toMatchObject([{ conclusion: "action_required" }]);
  expect(checks[0]?.summary).toContain("/unlock chat");
});

test("an approval holds for the merge only where it makes the plan that was looked at", async () => {
  const edited = release(manifest({ targets: deployment(3), more: `${more}description: edited in the merge\n` }));
  const { ports, asked } = world(release(), edited);
  const refused = await promoteRelease(asked, ports);
  const codes = refused.kind === "refused" ? refused.refusals.map(({ code }) => code) : [];
  expect(codes).toEqual(expect.arrayContaining(["editedSincePlan", "approvalsMissing"]));
});

test("a worker that died between the row and the operation is taken up by the next message", async () => {
  const { ports, asked, sent } = world();
  const dies = { ...ports, releases: { ...store, begin: () => Promise.reject(new Error("killed")) } };
  await expect(promoteRelease(asked, dies)).rejects.toThrow("killed");
  expect(await promoteRelease(asked, ports)).toMatchObject({ kind: "operation", isNew: true });
  expect(sent).toHaveLength(1);
});

test("a push promotes the manifests that it changes and no others", async () => {
  const { ports, asked, sent } = world();
  const ref = { repositoryId: asked.repositoryId, repository: asked.repository, commit: merged };
  expect(await promotePushed({ ...ref, before: head }, ports)).toEqual([]);
  expect(await promotePushed({ ...ref, before }, ports)).toMatchObject([{ kind: "operation" }]);
  expect(sent).toHaveLength(1);
});
