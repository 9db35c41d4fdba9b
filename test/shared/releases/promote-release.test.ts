import { beforeAll, expect, test } from "vitest";
import { InvalidInputError } from "../../../src/shared/errors.ts";
import { releaseStateOf } from "../../../src/shared/releases/promotion/promote-operation.ts";
import { promotePushed } from "../../../src/shared/releases/promotion/promote-pushed.ts";
import { type Promotion, promoteRelease } from "../../../src/shared/releases/promotion/promote-release.ts";
import type { WorldFacts } from "../../../src/shared/releases/promotion/read-facts.ts";
import type { ReleaseStore } from "../../../src/shared/releases/release-store.ts";
import type { Pointer } from "../../../src/shared/releases/target-port.ts";
import { createReleaseStore } from "../../../src/shared/storage/release-store.ts";
import { createTables } from "../../../src/shared/storage/tables.ts";
import { sharedAzurite } from "../../support/azurite.ts";
import { createManualClock } from "../../support/manual-clock.ts";
import { helloFiles } from "../repository/memory-repository.ts";
import { deployment, manifest, readManifest } from "./manifests.ts";
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

function world(own: Record<string, string> = release(), mergedAs = own) {
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

test("an agent's target says whether sessions on its version stop once it is taken back", async () => {
  const keysOf = async (sessions: string) => {
    const agent = `  - { id: support, kind: agent, alias: support, ${sessions}to: { version: "8" } }\n`;
    const { release: own } = await readManifest(manifest({ targets: agent + deployment(3) }));
    const facts = { promotion: { release: own, plan: { digest: "d" } }, reaches: [] } as unknown as WorldFacts;
    const limits = { mostStandbyHours: 24, mostWatchMinutes: 60, clock: createManualClock() };
    const asked = {
      repositoryId: 1,
      repository: "acme/ai",
      name: "chat",
      commit: "c",
      cause: { kind: "merge", reason: "" },
    };
    return releaseStateOf(asked as Promotion, facts, "chat-1", limits).stopsSessions;
  };
  expect(await keysOf("sessions: stop, ")).toEqual(["agent:support"]);
  expect([await keysOf("sessions: drain, "), await keysOf("")]).toEqual([undefined, undefined]);
});

test("watch and standby last as the manifest says, or as long as the settings allow", async () => {
  const rowWith = async (limits: { mostStandbyHours?: number; mostWatchMinutes?: number }) => {
    const { ports, asked, sent, id } = world();
    await promoteRelease(asked, { ...ports, ...limits });
    const row = await store.release(id, sent[0]?.releaseId ?? "");
    return [row?.watch.minutes, row?.standbyHours];
  };
  expect(await rowWith({})).toEqual([60, 24]);
  expect(await rowWith({ mostStandbyHours: 0.05, mostWatchMinutes: 1 })).toEqual([1, 0.05]);
});

test("a promotion without a say, of quarantined content or to a frozen target is refused, each with its mend", async () => {
  const { ports, asked, approvals, evidence, checks, sent, id } = world();
  approvals.length = 0;
  evidence.clear();
  const until = new Date(ports.clock.now().getTime() + 60_000).toISOString();
  const frozen = { until, why: "quarter's end", by: "grace" };
  await store.mark(id, "deployment:chat", (known) => ({ ...known, frozen }));
  const refused = await promoteRelease(asked, ports);
  const codes = refused.kind === "refused" ? refused.refusals.map(({ code }) => code) : [];
  expect(codes).toEqual(["noEvidence", "evidenceOfOther", "approvalsMissing", "frozen"]);
  expect(sent).toEqual([]);
  expect(checks).toMatchObject([{ conclusion: "action_required" }]);
  expect(checks[0]?.summary).toContain("/unlock chat");
});

test("a pull request to another branch speaks for nothing, and a policy that was made stricter meanwhile counts", async () => {
  const codesOf = async (result: Promise<Awaited<ReturnType<typeof promoteRelease>>>) => {
    const refused = await result;
    return refused.kind === "refused" ? refused.refusals.map(({ code }) => code) : [];
  };
  const { ports, asked } = world();
  const open: typeof ports.open = async (ref) => {
    const host = await ports.open(ref);
    const { get } = host.pulls;
    return { ...host, pulls: { ...host.pulls, get: async (number) => ({ ...(await get(number)), baseRef: "side" }) } };
  };
  expect(await codesOf(promoteRelease(asked, { ...ports, open }))).toEqual(["approvalsMissing"]);
  const stricter = "schema: assay/policy/v1\napprovals: { releases: { prod: { count: 2 } } }\n";
  const later = world(release(), { ...release(), "assay.yaml": stricter });
  expect(await codesOf(promoteRelease(later.asked, later.ports))).toEqual(["approvalsMissing"]);
});

test("bad input: a merged manifest that cannot be read, or whose name is not its own, is told of, and not passed over", async () => {
  const text = manifest({ targets: deployment(3), more });
  const broken = world(release(`${text}bogus: 1\n`));
  const push = { repositoryId: broken.id, repository: "acme/ai", commit: merged, before };
  expect(await promotePushed(push, broken.ports)).toMatchObject([
    { kind: "refused", refusals: [{ code: "problems", reason: expect.stringContaining("releases/chat.yaml:") }] },
  ]);
  expect(broken.sent).toEqual([]);
  expect(broken.checks).toMatchObject([
    { headSha: merged, conclusion: "action_required", title: "chat is not promoted: one reason" },
  ]);
  expect(broken.checks[0]?.summary).toContain("bogus");
  // It was there before, and the change brings another of its name that sorts before it.
  const twins = world({ ...release(), "releases/a/chat.yaml": text });
  const both = await promotePushed({ ...push, repositoryId: twins.id }, twins.ports);
  expect(both.map(({ kind }) => kind)).toEqual(["refused", "refused"]);
  expect(twins.sent).toEqual([]);
});

test("bad input: a policy that cannot be read is no leave to go by the default one", async () => {
  const broken = "schema: assay/policy/v1\napprovals: { releases: { prod: { count: 2, from: [acme/platform] } } }\n";
  const own = world(release(), { ...release(), "assay.yaml": broken });
  expect(await promoteRelease(own.asked, own.ports)).toMatchObject({
    kind: "refused",
    refusals: [
      { code: "approvalsMissing", reason: expect.stringContaining("`assay.yaml` of eeeeeeeeee cannot be read") },
    ],
  });
});

test("bad input: a target at an endpoint that no setting has is told of at once, and asked for no second time", async () => {
  const { ports, asked, checks, sent } = world();
  const targets: typeof ports.targets = async (repository) => {
    const open = await ports.targets(repository);
    const read = () =>
      Promise.reject(new InvalidInputError("ASSAY_FOUNDRY_PROJECTS has no `nowhere`: write it there."));
    return { ...open, deployment: { ...open.deployment, read } };
  };
  const refused = await promoteRelease(asked, { ...ports, targets });
  expect(refused).toMatchObject({ kind: "refused", refusals: [{ code: "problems" }] });
  expect(checks).toMatchObject([{ conclusion: "action_required", summary: expect.stringContaining("nowhere") }]);
  expect(sent).toEqual([]);
});

test("bad input: an agent that serves whatever is latest and answers nobody is no way back that anybody could name", async () => {
  const target = '  - { id: chat, kind: agent, alias: chat, to: { version: "8", prompt: hello } }\n';
  const own = world(release(manifest({ targets: target, more })));
  own.serves.set("agent:chat", { kind: "agent", rules: [{ version: "@latest", percentage: 100 }] });
  const promptDigest = (await readManifest(manifest())).repository.prompts[0]?.contentDigest;
  const runs = [{ side: "head", runId: "run-1:0h", deployment: "d", promptDigest }];
  const plans = { ...own.ports.store.plans, read: async () => JSON.parse(JSON.stringify({ runs })) };
  const store_ = { ...own.ports.store, plans };
  const targets: typeof own.ports.targets = async (repository) => {
    const open = await own.ports.targets(repository);
    return { ...open, agent: { ...open.agent, probe: async () => ({ kind: "unknown", reason: "500" }) } };
  };
  const refused = await promoteRelease(own.asked, { ...own.ports, store: store_, targets });
  expect(refused).toMatchObject({ kind: "refused", refusals: [{ code: "noWayBack" }] });
  expect(own.sent).toEqual([]);
  expect(await store.releases(own.id)).toEqual([]);
  expect(await promoteRelease(own.asked, { ...own.ports, store: store_ })).toMatchObject({ kind: "operation" });
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

test("a merge waits while the release that its target serves is watched, and comes again after that; a person does not wait", async () => {
  const { ports, asked, sent, waiting, checks, id, clock } = world();
  const now = clock.now().getTime();
  const iso = (minutes: number) => new Date(now + minutes * 60_000).toISOString();
  await store.addRelease({
    ...{ releaseId: "chat-2", repositoryId: id, repository: "acme/ai", name: "chat", stage: "prod", digest: "d" },
    watch: { mode: "act", minutes: 60, minimumSamples: 20, windows: { needed: 2, of: 3 }, rules: [] },
    ...{ commit: merged, owner: "ada", status: "watching", pointers: { "deployment:chat": old }, brought: [] },
    ...{ before: {}, atomic: false, standbyHours: 24, createdAt: iso(-50), promotedAt: iso(-50) },
  });
  await store.mark(id, "deployment:chat", (known) => ({ ...known, current: "chat-2" }));
  const push = { repositoryId: id, repository: "acme/ai", commit: merged, before };
  expect(await promotePushed(push, ports)).toMatchObject([{ kind: "refused", refusals: [{ code: "stillWatched" }] }]);
  expect(waiting).toEqual([{ push, waitMs: 11.5 * 60_000 }]);
  expect(checks[0]?.summary).toContain("which is looked at until");
  const mona = { kind: "person", by: "mona", reason: "now" } as const;
  expect(
    await promoteRelease({ ...asked, cause: mona }, { ...ports, releases: { ...store, begin: async () => true } }),
  ).toMatchObject({
    kind: "operation",
  });
  await clock.advance(11.5 * 60_000);
  expect(await promotePushed({ ...push, waited: true }, ports)).toMatchObject([{ kind: "operation" }]);
  expect(sent).toHaveLength(2);
  expect(await store.release(id, sent[0]?.releaseId ?? "")).toMatchObject({ reaches: ["deployment:chat"] });
});

test("a merge waits while automatic action on its target is paused, and comes again after that; a person does not wait", async () => {
  const { ports, asked, waiting, id, clock } = world();
  const until = new Date(clock.now().getTime() + 2 * 3_600_000).toISOString();
  await store.mark(id, "deployment:chat", (known) => ({ ...known, paused: { until, why: "an audit", by: "mona" } }));
  const push = { repositoryId: id, repository: "acme/ai", commit: merged, before };
  const [refused] = await promotePushed(push, ports);
  expect(refused).toMatchObject({ kind: "refused", refusals: [{ code: "paused", until }] });
  expect(refused).toMatchObject({ refusals: [{ reason: expect.stringContaining("by mona: an audit") }] });
  expect(waiting).toEqual([{ push, waitMs: 2 * 3_600_000 + 90_000 }]);
  const cause = { kind: "person", by: "mona", reason: "now" } as const;
  expect(await promoteRelease({ ...asked, cause }, ports)).toMatchObject({ kind: "operation" });
});

test("who waited does not bring back what was merged over it meanwhile", async () => {
  const { ports, sent } = world();
  const later = {
    ...ports,
    open: async (ref: Parameters<typeof ports.open>[0]) => {
      const host = await ports.open(ref);
      return { ...host, pulls: { ...host.pulls, tip: async () => before } };
    },
  };
  const push = { repositoryId: 1, repository: "acme/ai", commit: merged, before };
  expect(await promotePushed({ ...push, waited: true }, later)).toEqual([]);
  expect(sent).toEqual([]);
});

test("bad input: a release edited while it is promoted: what was approved goes on, and the edit is a release of its own that needs its own evidence", async () => {
  const edited = release(manifest({ targets: deployment(4), more }));
  const first = world();
  const begun = await promoteRelease(first.asked, first.ports);
  if (begun.kind !== "operation") throw new Error("refused");
  expect(await store.claim(begun.operation)).toEqual({ taken: true });
  const second = promotionWorld(store, first.id, { before: helloFiles, head: edited });
  second.serves.set("deployment:chat", old);
  const answered = await promoteRelease({ ...second.asked, cause: { kind: "person", reason: "edited" } }, second.ports);
  expect(answered).toMatchObject({ kind: "refused", refusals: [{ code: "evidenceOfOther" }] });
  const kept = (await store.operation(first.id, begun.operation.operationId))?.operation;
  expect(kept?.steps).toEqual(begun.operation.steps);
  expect(kept?.steps[0]?.spec).toMatchObject({ deployment: "chat--v3" });
});
