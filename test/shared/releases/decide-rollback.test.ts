import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { decideRollback, type RollbackQuestion } from "../../../src/shared/releases/decide-rollback.ts";
import { defaultStageTimes } from "../../../src/shared/releases/operation.ts";
import type { ReleaseState, TargetState } from "../../../src/shared/releases/release-state.ts";

const promotedAt = "2026-01-02T10:00:00.000Z";
const key = "prompt:support";

const watch = (mode: "act" | "observe" | "propose") => ({
  ...{ mode, minutes: 60, minimumSamples: 20, windows: { needed: 2, of: 3 }, rules: [] },
});

function release(releaseId: string, before: string | undefined, change: Partial<ReleaseState> = {}): ReleaseState {
  return {
    ...{ releaseId, repositoryId: 1, repository: "acme/ai", name: "support", stage: "prod", digest: "d", commit: "c" },
    ...{
      owner: "@acme/ai",
      watch: watch("act"),
    },
    ...{ status: "verified", pointers: { [key]: { kind: "prompt", digest: releaseId } }, brought: [`of-${releaseId}`] },
    ...{ before: before ? { [key]: before } : {}, atomic: false, standbyHours: 24, createdAt: promotedAt, promotedAt },
    ...change,
  };
}
const target = (change: Partial<TargetState> = {}): TargetState => ({
  ...{ id: "support", kind: "prompt", alias: "support", current: "r3", epoch: 3 },
  ...change,
});
const lineage = [release("r1", undefined), release("r2", "r1"), release("r3", "r2", { status: "watching" })];
function question(change: Partial<RollbackQuestion> = {}): RollbackQuestion {
  return {
    ...{ release: lineage[2] as ReleaseState, releases: lineage, targets: [target()], quarantined: [] },
    cause: { kind: "watch", reason: "errors", seenAt: "2026-01-02T10:05:00.000Z" },
    ...{
      automatic: true,
      failedBefore: 0,
      now: new Date("2026-01-02T10:06:00.000Z"),
      times: defaultStageTimes,
      tells: [],
    },
    ...change,
  };
}
const destinations = (change: Partial<RollbackQuestion>) => {
  const decision = decideRollback(question(change));
  return !("operation" in decision)
    ? decision.reason
    : decision.operation.destinations.map(({ releaseId }) => releaseId);
};

describe("where a rollback leads", () => {
  test("back along the lineage, to releases that were verified", () => {
    expect(destinations({})).toEqual(["r2", "r1"]);
    const unverified = [lineage[0], release("r2", "r1", { status: "rolledBack" }), lineage[2]] as ReleaseState[];
    expect(destinations({ releases: unverified })).toEqual(["r1"]);
    const quarantined = [{ digest: "of-r2", releaseId: "r2", at: promotedAt, reason: "errors" }];
    expect(destinations({ quarantined })).toEqual(["r1"]);
  });

  test("with the word that sessions stop, for the agents of which its manifest says so", () => {
    const own = release("r3", "r2", { status: "watching", stopsSessions: [key] });
    const decision = decideRollback(question({ release: own }));
    expect("operation" in decision && decision.operation.steps).toMatchObject([{ target: { stopSessions: true } }]);
    const plain = decideRollback(question());
    expect("operation" in plain && plain.operation.steps[0]?.target).not.toHaveProperty("stopSessions");
  });

  test("nowhere, where nothing was verified before it: with what its manifest declares, which is for routes alone", () => {
    const first = release("r3", undefined, { status: "watching" });
    const why = (change: Partial<ReleaseState>) => {
      const decision = decideRollback(question({ release: { ...first, ...change }, releases: [first] }));
      return "operation" in decision ? decision.operation.noDestination : decision.reason;
    };
    expect(why({})).toBe("no release before it was verified");
    expect(why({ declares: "disable" })).toBe(
      "no release before it was verified, and what its manifest declares (disable) is for routes alone: switch off prompt:support by hand",
    );
  });

  test("two targets that were released apart lead back to releases apart", () => {
    const other = "route:chat";
    const two = release("r3", "r2", {
      status: "watching",
      pointers: {
        [key]: { kind: "prompt", digest: "r3" },
        [other]: { kind: "route", digest: "x", path: "p", commit: "c" },
      },
      before: { [key]: "r2", [other]: "r9" },
    });
    const r9 = release("r9", undefined, {
      pointers: { [other]: { kind: "route", digest: "y", path: "p", commit: "c" } },
    });
    const decision = decideRollback(question({ release: two, releases: [...lineage.slice(0, 2), r9, two] }));
    if (decision.kind !== "begin") throw new Error(decision.reason);
    expect(decision.operation.destinations[0]).toMatchObject({ releases: { [key]: "r2", [other]: "r9" } });
    expect(decision.operation.steps.map((step) => step.target.kind)).toEqual(["route", "prompt"]);
  });
});

describe("an automatic rollback", () => {
  test.each<[string, Partial<RollbackQuestion>, string]>([
    [
      "of a release that only observes is recorded",
      { release: release("r3", "r2", { watch: watch("observe") }) },
      "only observes",
    ],
    [
      "of what was seen before the promotion is recorded",
      { cause: { kind: "alert", reason: "x", firedAt: "2026-01-02T09:59:00.000Z" } },
      "before the release was promoted",
    ],
    [
      "of a release that is older than a day is recorded",
      { now: new Date("2026-01-03T10:30:00Z") },
      "older than a day",
    ],
    [
      "of a paused target is recorded",
      { targets: [target({ paused: { until: "2026-01-02T11:00:00.000Z", why: "fair", by: "mona" } })] },
      "paused until 2026-01-02T11:00:00.000Z by mona: fair",
    ],
    [
      "of a target that serves a newer release is recorded",
      { targets: [target({ current: "r4" })] },
      "serves r4 by now",
    ],
    [
      "of a release that is rolled back is recorded",
      { release: release("r3", "r2", { status: "rolledBack" }) },
      "is rolled back",
    ],
  ])("%s", (_title, change, reason) => {
    expect(decideRollback(question(change))).toEqual({ kind: "record", reason: expect.stringContaining(reason) });
  });

  test.each<[string, Partial<RollbackQuestion>]>([
    ["where the release's watch proposes", { release: release("r3", "r2", { watch: watch("propose") }) }],
    ["in the cooldown after another", { targets: [target({ cooldownUntil: "2026-01-02T10:20:00.000Z" })] }],
    ["after three tries that changed nothing: a fourth would change nothing either", { failedBefore: 3 }],
    ["the second time in a day", { targets: [target({ lastAutomaticAt: "2026-01-01T22:00:00.000Z" })] }],
  ])("is held for a person %s; a person's own is not", (_title, change) => {
    expect(decideRollback(question(change))).toMatchObject({ kind: "hold", operation: { stage: "held" } });
    expect(decideRollback(question({ ...change, automatic: false })).kind).toBe("begin");
  });
});

describe("of a release that was replaced in part, what the watch sees on the rest", () => {
  const other = "route:chat";
  const route = (digest: string) => ({ kind: "route" as const, digest, path: "p", commit: "c" });
  const both = { [key]: { kind: "prompt" as const, digest: "r3" }, [other]: route("x") };
  const own = release("r3", "r2", { status: "watching", pointers: both, before: { [key]: "r2", [other]: "r9" } });
  const r9 = release("r9", undefined, { pointers: { [other]: route("y") } });
  const newer = release("r4", "r3", { status: "watching", promotedAt: "2026-01-02T10:03:00.000Z" });
  const targets = [target({ current: "r4" }), target({ id: "chat", kind: "route", alias: "chat", current: "r3" })];
  const asked = (change: Partial<RollbackQuestion> = {}) =>
    decideRollback(question({ release: own, releases: [...lineage.slice(0, 2), r9, own, newer], targets, ...change }));

  test("takes the newer release back first", () => {
    expect(asked()).toMatchObject({ kind: "first", releaseId: "r4" });
  });

  test.each<[string, Partial<RollbackQuestion>]>([
    ["where that one stays", { newerStays: "its watch only observes" }],
    ["where the arm is worse than the arm beside it", { cause: { kind: "watch", reason: "x", perArm: true } }],
  ])("asks a person, of what still serves it alone, %s", (_, change) => {
    const decision = asked(change);
    if (decision.kind !== "hold") throw new Error(decision.kind);
    expect(decision.operation.steps.map(({ target: { alias } }) => alias)).toEqual(["chat"]);
    expect(decision.operation.destinations).toMatchObject([{ releaseId: "r9" }]);
  });
});

test("the second try of a release is not the first of the release that it is promoted anew as", () => {
  const idOf = (change: Partial<RollbackQuestion>) => {
    const decision = decideRollback(question({ automatic: false, ...change }));
    return "operation" in decision ? decision.operation.operationId : decision.reason;
  };
  const anew = release("r3-2", "r2", { status: "watching" });
  const first = idOf({ release: anew, targets: [target({ current: "r3-2" })] });
  expect([idOf({}), first]).toEqual(["rollback-r3", "rollback-r3-2"]);
  expect(idOf({ failedBefore: 1 })).not.toBe(first);
});

describe("what is partly back", () => {
  const other = "route:chat";
  const route = (digest: string) => ({ kind: "route" as const, digest, path: "p", commit: "c" });
  const partly = release("r3", "r2", {
    status: "partiallyRolledBack",
    pointers: { [key]: { kind: "prompt", digest: "r3" }, [other]: route("x") },
    before: { [key]: "r2", [other]: "r9" },
  });
  const r9 = release("r9", undefined, { pointers: { [other]: route("y") } });
  const releases = [...lineage.slice(0, 2), r9, partly];
  const chat = target({ id: "chat", kind: "route", alias: "chat", current: "r3" });
  const targets = [target({ current: "r2" }), chat];

  test("goes back with the rest where a person asks, and what is back already is left alone", () => {
    const decision = decideRollback(question({ release: partly, releases, targets, automatic: false }));
    if (decision.kind !== "begin") throw new Error(decision.kind);
    const { steps, destinations: ways } = decision.operation;
    expect(steps.map((step) => step.target.alias)).toEqual(["chat"]);
    expect(ways).toMatchObject([{ releaseId: "r9", pointers: { [other]: route("y") } }]);
  });

  test("is not gone on with by itself, nor where nothing of it serves", () => {
    const reason = expect.stringContaining("a person");
    expect(decideRollback(question({ release: partly, releases, targets }))).toEqual({ kind: "record", reason });
    const none = [target({ current: "r2" }), { ...chat, current: "r9" }];
    expect(decideRollback(question({ release: partly, releases, targets: none, automatic: false }))).toEqual({
      kind: "record",
      reason: expect.stringContaining("serves r"),
    });
  });
});

test("whatever the lineage, a rollback never leads to the release itself, nor to one that is not verified or is quarantined", () => {
  const ids = ["r1", "r2", "r3", "r4"];
  const any = fc.record({
    status: fc.constantFrom<ReleaseState["status"]>(
      "verified",
      "watching",
      "rolledBack",
      "partiallyRolledBack",
      "refused",
    ),
    before: fc.option(fc.constantFrom(...ids), { nil: undefined }),
  });
  fc.assert(
    fc.property(fc.tuple(any, any, any, any), fc.subarray(ids), (kinds, bad) => {
      const releases = ids.map((id, index) =>
        release(id, kinds[index]?.before, { status: kinds[index]?.status ?? "verified" }),
      );
      const blamed = { ...(releases[2] as ReleaseState), status: "watching" as const };
      const quarantined = bad.map((id) => ({ digest: `of-${id}`, releaseId: id, at: promotedAt, reason: "x" }));
      const found = destinations({ release: blamed, releases, quarantined });
      for (const id of found) {
        expect(id).not.toBe("r3");
        expect(releases.find(({ releaseId }) => releaseId === id)?.status).toBe("verified");
        expect(bad).not.toContain(id);
      }
    }),
  );
});
