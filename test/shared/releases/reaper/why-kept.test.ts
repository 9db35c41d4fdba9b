import { expect, test } from "vitest";
import type { HeldDeployment } from "../../../../src/shared/releases/deployments.ts";
import { type ReapedRepository, type ReaperFacts, whyKept } from "../../../../src/shared/releases/reaper/why-kept.ts";
import type { ReleaseState, TargetState } from "../../../../src/shared/releases/release-state.ts";
import { release } from "../tell/told-facts.ts";

const now = new Date("2026-11-20T10:00:00.000Z");
const model = { format: "OpenAI", name: "gpt-4.1", version: "2025-04-14" };
const on = (n: number) => ({ "deployment:chat": { kind: "deployment" as const, deployment: `chat--v${n}`, model } });
const old = "2026-11-10T10:00:00.000Z";
const before = (id: string) => ({ "deployment:chat": id });

/** `r1` and `r2` were verified, `r3` was rolled back, `r4` is verified and serves: all long ago. */
function line(change: Partial<Record<"r1" | "r2" | "r3" | "r4", Partial<ReleaseState>>> = {}): ReleaseState[] {
  const common = { createdAt: old, promotedAt: old, hotUntil: "2026-11-11T10:00:00.000Z", brought: [] };
  return [
    release("r1", { ...common, status: "verified", pointers: on(1), ...change.r1 }),
    release("r2", { ...common, status: "verified", pointers: on(2), before: before("r1"), ...change.r2 }),
    release("r3", {
      ...common,
      status: "rolledBack",
      endedAt: old,
      pointers: on(3),
      before: before("r2"),
      ...change.r3,
    }),
    release("r4", { ...common, status: "verified", pointers: on(4), before: before("r2"), ...change.r4 }),
  ];
}

function held(n: number, change: Partial<HeldDeployment> = {}): HeldDeployment {
  return {
    ...{ name: `chat--v${n}`, model, sku: { name: "GlobalStandard", capacity: 10 }, raiPolicyName: undefined },
    ...{ tags: { "assay-release": `r${n}`, "assay-alias": "chat" }, versionUpgradeOption: "NoAutoUpgrade" },
    ...{ provisioningState: "Succeeded", etag: undefined, ...change },
  };
}

const target: TargetState = { id: "chat", kind: "deployment", alias: "chat", current: "r4", epoch: 4 };
function facts(change: Partial<ReapedRepository> = {}, more: Partial<ReaperFacts> = {}): ReaperFacts {
  const repository: ReapedRepository = {
    ...{ repositoryId: 7, repository: "acme/support", releases: line(), targets: [target], quarantined: [] },
    ...{ served: new Set(["chat--v4"]), suffering: new Set<string>(), namedIn: () => undefined, ...change },
  };
  return { now, repositories: [repository], requests: new Map([["chat--v4", 900]]), ...more };
}
const later = "2026-11-20T12:00:00.000Z";
const mark = { until: later, why: "an audit", by: "mona" };
const noTags = { tags: {} };

test("what was rolled back, or is older than the way back, goes once nothing needs it", () => {
  expect([1, 2, 3, 4].map((n) => whyKept(held(n), facts()))).toEqual([
    undefined,
    "it is the way back of r4",
    undefined,
    "chat stands for it",
  ]);
});

test.each([
  ["made by somebody else", held(3, noTags), facts(), "Assay did not make it"],
  ["without a number", held(3, { name: "chat" }), facts(), "Assay did not make it"],
  [
    "of another alias",
    held(3, { tags: { "assay-release": "r3", "assay-alias": "other" } }),
    facts(),
    "Assay did not make it",
  ],
  ["of a release that is not known", held(9), facts(), "the release r9 that made it is not known here"],
  ["being made", held(3, { provisioningState: "Creating" }), facts(), "it is Creating"],
  ["being promoted", held(3), facts({ releases: line({ r3: { status: "promoting" } }) }), "r3 is being promoted"],
  ["served, whatever rows say", held(3), facts({ served: new Set(["chat--v3"]) }), "chat stands for it"],
  ["served, whatever aliases say", held(3), facts({ targets: [{ ...target, current: "r3" }] }), "r3 serves it"],
  ["kept hot", held(2), facts({ releases: line({ r4: { hotUntil: later } }) }), "r4 keeps it hot"],
  [
    "replaced by what was replaced while it was hot",
    held(1),
    facts({ releases: line({ r2: { hotUntil: later } }) }),
    "r2 keeps it hot",
  ],
  [
    "what an unverified release may go back to",
    held(1),
    facts({ releases: line({ r4: { status: "watching" } }) }),
    "it is the way back of r4",
  ],
  [
    "younger than its standby",
    held(3),
    facts({ releases: line({ r3: { endedAt: "2026-11-20T09:00:00.000Z" } }) }),
    "r3 is younger than its standby",
  ],
  ["suffering", held(3), facts({ suffering: new Set(["chat"]) }), "an alert of chat is not resolved"],
  ["frozen", held(3), facts({ targets: [{ ...target, frozen: mark }] }), `chat is frozen until ${later}`],
  ["paused", held(3), facts({ targets: [{ ...target, paused: mark }] }), `chat is paused until ${later}`],
  [
    "in work",
    held(3),
    facts({ targets: [{ ...target, activeOperation: "promote-r5" }] }),
    "promote-r5 has deployment:chat",
  ],
  ["named on the default branch", held(3), facts({ namedIn: () => "routing/chat.yaml" }), "routing/chat.yaml names it"],
  ["asked", held(3), facts({}, { requests: new Map([["chat--v3", 2]]) }), "it had 2 requests in the last hour"],
  [
    "without evidence of what it is asked",
    held(3),
    facts({}, { requests: undefined }),
    "no evidence of what it was asked in the last hour",
  ],
])("stays: %s", (_, deployment, known, reason) => {
  expect(whyKept(deployment, known)).toBe(reason);
});

test("what a route, a prompt or an agent names outright is needed by whoever serves it, and by the way back of whoever does", () => {
  const reaching = (id: string, n: number, change: Partial<ReleaseState>) =>
    release(id, {
      ...{ createdAt: old, promotedAt: old, status: "verified", brought: [], hotUntil: "2026-11-11T10:00:00.000Z" },
      ...{ reaches: ["agent:support", `deployment:chat--v${n}`], before: {} },
      pointers: { "agent:support": { kind: "agent", rules: [{ version: String(n), percentage: 100 }] } },
      ...change,
    });
  const agent: TargetState = { id: "support", kind: "agent", alias: "support", current: "a2", epoch: 2 };
  const reason = (a2: Partial<ReleaseState>, current = "a2") =>
    whyKept(
      held(1),
      facts({
        releases: [...line(), reaching("a1", 1, {}), reaching("a2", 4, { before: { "agent:support": "a1" }, ...a2 })],
        targets: [target, { ...agent, current }],
      }),
    );
  expect(reason({}, "a1")).toBe("a1 serves it");
  expect(reason({ hotUntil: later })).toBe("a2 keeps it hot");
  expect(reason({})).toBe("it is the way back of a2");
  expect(reason({ before: {} })).toBe(undefined);
});

test("what another repository needs stays as well", () => {
  const [own] = facts().repositories;
  const other = {
    ...(own as ReapedRepository),
    repositoryId: 8,
    releases: [],
    targets: [],
    served: new Set(["chat--v3"]),
  };
  expect(whyKept(held(3), { ...facts(), repositories: [own as ReapedRepository, other] })).toBe("chat stands for it");
});
