import { expect, test } from "vitest";
import { marksOf } from "../../../src/shared/releases/release-marks.ts";
import type { ReleaseState, TargetState } from "../../../src/shared/releases/release-state.ts";

const now = new Date("2026-11-15T10:00:00.000Z");
const [past, future] = ["2026-11-15T09:59:59.000Z", "2026-11-15T10:00:01.000Z"];
const mark = (until: string) => ({ until, why: "because", by: "ada" });
const target = (alias: string, change: Partial<TargetState> = {}): TargetState => ({
  ...{ id: alias, kind: "prompt", alias, epoch: 1, current: "r2", ...change },
});
const release = {
  releaseId: "r2",
  pointers: { "prompt:a": { kind: "prompt", digest: "d" }, "prompt:b": { kind: "prompt", digest: "d" } },
} as Partial<ReleaseState> as ReleaseState;

test("what people put on a release's targets is shown while it holds, with its reason", () => {
  const marks = marksOf(
    release,
    [
      target("a", { frozen: mark(future), paused: mark(past), cooldownUntil: future }),
      target("b", { paused: mark(future) }),
      target("other", { current: "r7", frozen: mark(future) }),
    ],
    now,
  );
  expect(marks).toEqual([
    { target: "prompt:a", current: "r2", frozen: mark(future), cooldownUntil: future },
    { target: "prompt:b", current: "r2", paused: mark(future) },
  ]);
});

test("what is over, or was never put there, is not, nor is the reason of a mark that is over", () => {
  const marks = marksOf(
    release,
    [target("a", { frozen: mark(past), paused: mark(past) }), target("b", { cooldownUntil: past })],
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

test("a freeze and a pause keep each its own reason", () => {
  const frozen = { until: future, why: "quarter's end", by: "grace" };
  const [both] = marksOf(release, [target("a", { frozen, paused: mark(future) })], now);
  expect(both).toMatchObject({ frozen, paused: mark(future) });
});
