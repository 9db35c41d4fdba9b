import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { PullRequest } from "../../../src/shared/gate/code-host.ts";
import { type Cause, mustWait, nextPullState } from "../../../src/shared/gate/pull-state.ts";
import type { PullState } from "../../../src/shared/gate/schema.ts";

const a = "a".repeat(40);
const b = "b".repeat(40);
const pull: PullRequest = {
  number: 7,
  open: true,
  headSha: a,
  fork: false,
  baseRef: "main",
  baseSha: b,
  author: "ada",
};
const seen: Cause = { kind: "seen" };

function after(...looks: [Partial<PullRequest>, Cause][]) {
  let state: PullState | undefined;
  return looks.map(([change, cause]) => {
    const transition = nextPullState(state, { ...pull, ...change }, cause);
    state = transition.state;
    return transition;
  });
}

describe("nextPullState", () => {
  test("the first look begins a gate, a second look at the same head nothing", () => {
    const [first, second] = after([{}, seen], [{}, seen]);
    expect(first).toMatchObject({ begins: true, state: { attempt: 1 } });
    expect(second).toMatchObject({ begins: false, state: { gateId: first?.state.gateId } });
    expect(second?.superseded).toBeUndefined();
  });

  test("a new head, a new base and a reopening each supersede", () => {
    const looks = after(
      [{}, seen],
      [{ headSha: b }, seen],
      [{ headSha: b, baseRef: "next" }, seen],
      [{ headSha: b, baseRef: "next", open: false }, seen],
      [{ headSha: b, baseRef: "next" }, seen],
    );
    expect(looks.map(({ begins }) => begins)).toEqual([true, true, true, false, true]);
    expect(looks[1]?.superseded).toBe(looks[0]?.state.gateId);
    expect(looks[3]?.superseded).toBe(looks[2]?.state.gateId);
    expect(new Set(looks.filter(({ begins }) => begins).map(({ state }) => state.gateId)).size).toBe(4);
  });

  test("a re-run begins once for one delivery, however often its message comes", () => {
    const rerun: Cause = { kind: "rerun", id: "delivery-1" };
    const [, first, again, other] = after(
      [{}, seen],
      [{}, rerun],
      [{}, rerun],
      [{}, { kind: "rerun", id: "delivery-2" }],
    );
    expect([first?.begins, again?.begins, other?.begins]).toEqual([true, false, true]);
  });

  test("a force push back to an old head is a gate of its own", () => {
    const looks = after([{}, seen], [{ headSha: b }, seen], [{}, seen]);
    expect(looks[2]?.begins).toBe(true);
    expect(looks[2]?.state.gateId).not.toBe(looks[0]?.state.gateId);
  });

  test("a fork waits until exactly its head is allowed, and again after the next push", () => {
    const ok: Cause = { kind: "okToTest", id: "comment-1", sha: a, by: "grace" };
    const fork = { ...pull, fork: true };
    const first = nextPullState(undefined, fork, seen);
    expect(mustWait(fork, first.state)).toBe(true);
    const allowed = nextPullState(first.state, fork, ok);
    expect(allowed.begins).toBe(true);
    expect(mustWait(fork, allowed.state)).toBe(false);
    const pushed = nextPullState(allowed.state, { ...fork, headSha: b }, seen);
    expect(mustWait({ ...fork, headSha: b }, pushed.state)).toBe(true);
    // The permission for the old head arrives late: it says nothing of the new one.
    const late = nextPullState(pushed.state, { ...fork, headSha: b }, { ...ok, id: "comment-2" });
    expect(mustWait({ ...fork, headSha: b }, late.state)).toBe(true);
  });

  test("property: gate ids never repeat for different gates, and a gate is superseded at most once", () => {
    const change = fc.record({
      headSha: fc.constantFrom(a, b),
      open: fc.boolean(),
      baseRef: fc.constantFrom("main", "next"),
    });
    const cause = fc.oneof(
      fc.constant(seen),
      fc.record({ kind: fc.constant("rerun" as const), id: fc.constantFrom("1", "2", "3") }),
    );
    fc.assert(
      fc.property(fc.array(fc.tuple(change, cause), { maxLength: 30 }), (looks) => {
        const transitions = after(...looks);
        const begun = transitions.filter(({ begins }) => begins).map(({ state }) => state.gateId);
        expect(new Set(begun).size).toBe(begun.length);
        for (const { superseded, state, begins } of transitions) {
          if (superseded && begins) expect(superseded).not.toBe(state.gateId);
        }
      }),
    );
  });
});
