import { expect, test } from "vitest";
import { marksOf } from "../../../src/shared/releases/release-marks.ts";
import type { ReleaseState, TargetState } from "../../../src/shared/releases/release-state.ts";

const now = new Date("2026-11-15T10:00:00.000Z");
const [past, future] = ["2026-11-15T09:59:59.000Z", "2026-11-15T10:00:01.000Z"];
const target = (alias: string, change: Partial<TargetState> = {}): TargetState => ({
  ...{ id: alias, kind: "prompt", alias, epoch: 1, current: "r2", why: "because", by: "ada", ...change },
});
const release = {
  releaseId: "r2",
  pointers: { "prompt:a": { kind: "prompt", digest: "d" }, "prompt:b": { kind: "prompt", digest: "d" } },
} as Partial<ReleaseState> as ReleaseState;

test("what people put on a release's targets is shown while it holds, with its reason", () => {
  const marks = marksOf(
    release,
    [
      target("a", { frozenUntil: future, pausedUntil: past, cooldownUntil: future }),
      target("b", { pausedUntil: future }),
      target("other", { current: "r7", frozenUntil: future }),
    ],
    now,
  );
  expect(marks).toEqual([
    { target: "prompt:a", current: "r2", frozenUntil: future, cooldownUntil: future, why: "because", by: "ada" },
    { target: "prompt:b", current: "r2", pausedUntil: future, why: "because", by: "ada" },
  ]);
});

test("what is over, or was never put there, is not, nor is the reason of a mark that is over", () => {
  const marks = marksOf(
    release,
    [target("a", { frozenUntil: past, pausedUntil: past }), target("b", { cooldownUntil: past })],
    now,
  );
  expect(marks).toEqual([
    { target: "prompt:a", current: "r2" },
    { target: "prompt:b", current: "r2" },
  ]);
});

test("a target that the release has left is shown with what serves now", () => {
  expect(marksOf(release, [target("a", { current: "r3" })], now)).toEqual([{ target: "prompt:a", current: "r3" }]);
});
