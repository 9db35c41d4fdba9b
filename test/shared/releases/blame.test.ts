import { describe, expect, test } from "vitest";
import { type BlameQuestion, blameOf } from "../../../src/shared/releases/blame.ts";
import type { Cause } from "../../../src/shared/releases/operation.ts";
import type { ReleaseState, TargetState } from "../../../src/shared/releases/release-state.ts";

const at = (time: string) => `2026-01-02T${time}:00.000Z`;

function release(releaseId: string, key: string, promoted: string, change: Partial<ReleaseState> = {}): ReleaseState {
  return {
    ...{ releaseId, repositoryId: 1, repository: "acme/ai", name: "support", stage: "prod", digest: "d", commit: "c" },
    watch: { mode: "act", minutes: 60, minimumSamples: 20, windows: { needed: 2, of: 3 }, rules: [] },
    ...{ owner: "ada", status: "watching", pointers: { [key]: { kind: "prompt", digest: releaseId } }, brought: [] },
    ...{ before: {}, atomic: false, standbyHours: 24, createdAt: at(promoted), promotedAt: at(promoted), ...change },
  };
}
const target = (key: string, current: string): TargetState => {
  const [kind = "", alias = ""] = key.split(":");
  return { id: alias, kind: kind as TargetState["kind"], alias, current, epoch: 1 };
};
const model = release("model-1", "deployment:chat", "10:00");
const prompt = release("prompt-1", "prompt:support", "10:20", { reaches: ["deployment:chat", "prompt:support"] });
const other = release("other-1", "prompt:faq", "10:20", { reaches: ["deployment:faq", "prompt:faq"] });
const targets = [
  target("deployment:chat", "model-1"),
  target("prompt:support", "prompt-1"),
  target("prompt:faq", "other-1"),
];

function blame(seen: string, change: Partial<BlameQuestion> = {}, cause: Partial<Cause> = {}) {
  return blameOf({
    ...{ release: model, releases: [model, prompt, other], targets, now: new Date(at("12:00")) },
    cause: { kind: "watch", reason: "errors", seenAt: at(seen), ...cause },
    ...change,
  });
}

describe("which release is to blame", () => {
  test("the one that was released last before it was seen", () => {
    expect(blame("10:10")).toEqual({ kind: "release" });
    expect(blame("10:30", { releases: [model, other] })).toEqual({ kind: "release" });
  });

  test("a prompt that was released after the model that it calls goes back first", () => {
    expect(blame("10:30")).toEqual({
      kind: "first",
      releaseId: "prompt-1",
      reason: `prompt-1 was promoted after it, at ${at("10:20")}, and passes through the same`,
    });
  });

  test("of several that are newer the newest goes back first", () => {
    const third = release("prompt-2", "prompt:other", "10:25", { reaches: ["deployment:chat"] });
    const question = { releases: [prompt, model, third], targets: [...targets, target("prompt:other", "prompt-2")] };
    expect(blame("10:30", question)).toMatchObject({ kind: "first", releaseId: "prompt-2" });
  });

  test("one that serves nothing any more, or came after it was seen, is not to blame", () => {
    expect(blame("10:30", { targets: targets.slice(0, 1) })).toEqual({ kind: "release" });
    expect(blame("10:19")).toEqual({ kind: "release" });
  });

  test("where the newer one stays, a person is asked", () => {
    expect(blame("10:30", { newerStays: "its watch only observes" })).toMatchObject({
      ...{ kind: "hold", reason: expect.stringContaining("that one stays: its watch only observes") },
    });
  });

  test("after the newer one is gone a window is waited for, and then the older is to blame", () => {
    const gone = { ...prompt, status: "rolledBack" as const, endedAt: at("10:40") };
    const question = { releases: [model, gone], targets: targets.slice(0, 1) };
    expect(blame("10:40", question)).toEqual({
      ...{ kind: "record", reason: `it was seen before prompt-1 had been gone for a window (${at("10:40")})` },
    });
    expect(blame("10:41", question)).toEqual({ kind: "release" });
    expect(blame("11:39", question)).toEqual({ kind: "release" });
  });

  test("what begins an hour after the last change is nobody's: a person is asked", () => {
    const alone = { releases: [model, other] };
    expect(blame("11:00", alone)).toEqual({ kind: "release" });
    expect(blame("11:01", alone)).toEqual({
      ...{ kind: "hold", reason: `nothing was released in the 60 minutes before it was seen (${at("11:01")})` },
    });
    const long = { ...model, watch: { ...model.watch, minutes: 180 } };
    expect(blame("11:59", { release: long, releases: [long] })).toEqual({ kind: "release" });
  });

  test("an arm that is worse than the arm beside it is to blame, whatever else changed and however late", () => {
    expect(blame("10:30", {}, { perArm: true })).toEqual({ kind: "release" });
    expect(blame("11:59", {}, { perArm: true })).toEqual({ kind: "release" });
  });
});
