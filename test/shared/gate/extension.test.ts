import { describe, expect, test } from "vitest";
import { autoMargin, leastMargin } from "../../../src/shared/gate/auto-margin.ts";
import type { CaseScores } from "../../../src/shared/gate/comparison.ts";
import { decideSuite } from "../../../src/shared/gate/decide.ts";
import { nextExtension, plannedLooks } from "../../../src/shared/gate/extension.ts";
import { lookShare } from "../../../src/shared/gate/levels.ts";
import { seededRandom } from "../../../src/shared/statistics/random.ts";
import { cases, metric, scored, suite } from "./comparisons.ts";

const free = { callsPerRepeat: 120 };

/** Cases of which a share flips between identical calls. */
function noisy(n: number, flips: number, repeats: number, seed = 1): CaseScores[] {
  const random = seededRandom(seed);
  const draw = () => Array.from({ length: repeats }, () => (random() < flips / 2 ? 0 : 1));
  return Array.from({ length: n }, (_, i) => scored(`c${i}`, draw(), draw()));
}

describe("looks", () => {
  test("spend no more than the whole error together", () => {
    for (const looks of [1, 2, 3, 5]) {
      const spent = Array.from({ length: looks }, (_, i) => lookShare(i + 1, looks)).reduce((sum, s) => sum + s, 0);
      expect(spent).toBeCloseTo(1, 12);
    }
  });

  test("are planned from the budget: one where an extension cannot be paid", () => {
    expect(plannedLooks(3, free)).toBe(2);
    expect(plannedLooks(3, { ...free, callsLeft: 360 })).toBe(2);
    expect(plannedLooks(3, { ...free, callsLeft: 359 })).toBe(1);
  });

  test("a planned extension makes the first look stricter", () => {
    const own = [...cases("s", 90, 1, 1), ...cases("lost", 8, 1, 0), ...cases("won", 1, 0, 1)];
    const bound = (looks: number) => decideSuite(suite([metric(own)]), { looks }).metrics[0]?.comparison?.lossBound;
    expect(bound(1)?.level).toBeCloseTo(0.95, 12);
    expect(bound(2)?.level).toBeCloseTo(0.97, 12);
    expect(bound(2)?.value ?? 0).toBeGreaterThan(bound(1)?.value ?? 1);
  });
});

describe("an extension", () => {
  const undecided = decideSuite(suite([metric(noisy(200, 0.1, 1))]), { looks: 2 });

  test("is drawn while repeats can settle it, up to three times the repeats", () => {
    expect(undecided.verdict).toBe("inconclusive");
    expect(nextExtension({ verdict: undecided, repeats: 1, budget: free })).toMatchObject({
      extend: true,
      repeats: 3,
      look: 2,
    });
    const short = { callsPerRepeat: 400, callsLeft: 400 };
    expect(nextExtension({ verdict: undecided, repeats: 1, budget: short })).toMatchObject({ repeats: 2 });
  });

  test("stops when decided, when all looks are taken, when nothing is left", () => {
    const pass = decideSuite(suite([metric(cases("s", 50, 1, 1))]), { looks: 2 });
    expect(nextExtension({ verdict: pass, repeats: 1, budget: free })).toMatchObject({ extend: false });
    const second = { ...undecided, look: 2 };
    expect(nextExtension({ verdict: second, repeats: 3, budget: free })).toMatchObject({ extend: false });
    const spent = { ...free, callsLeft: 0 };
    expect(nextExtension({ verdict: undecided, repeats: 1, budget: spent })).toMatchObject({ extend: false });
  });

  test("is not drawn where only more cases would help", () => {
    const small = decideSuite(suite([metric([...cases("s", 19, 1, 1), ...cases("lost", 1, 1, 0)])]), { looks: 2 });
    const answer = nextExtension({ verdict: small, repeats: 1, budget: free });
    expect(answer).toEqual({ extend: false, reason: "more repeats would not settle groundedness, more cases would" });
  });
});

describe("margin: auto", () => {
  test("says what the suite sees and what more cases would see", () => {
    const { margin, sentence } = autoMargin(metric(noisy(60, 0.015, 3, 4)), { cases: 60, repeats: 3 });
    expect(margin).toBeGreaterThanOrEqual(0.08);
    expect(margin).toBeLessThanOrEqual(0.1);
    expect(sentence).toMatch(
      /^this suite of 60 sees drops of [\d.]+ points or more; \d+ more cases would see 5 points$/,
    );
  });

  test("shrinks with cases and repeats, and is never wider than ten points", () => {
    const at = (n: number, repeats: number) =>
      autoMargin(metric(noisy(n, 0.04, repeats)), { cases: n, repeats }).margin;
    expect(at(400, 1)).toBeLessThan(at(100, 1));
    expect(at(100, 3)).toBeLessThan(at(100, 1));
    const tiny = autoMargin(metric(noisy(20, 0.04, 1)), { cases: 20, repeats: 1 });
    expect(tiny.margin).toBe(0.1);
    expect(tiny.sentence).toMatch(
      /^this suite of 20 sees drops of \d\d(\.5)? points or more; \d+ more cases would see 10 points$/,
    );
  });

  test("a suite that never flipped still gets a margin above what unseen failures could hide", () => {
    const still = autoMargin(metric(cases("s", 100, 1, 1)), { cases: 100, repeats: 1 });
    expect(still.margin).toBeGreaterThan(leastMargin("binary", { cases: 100, repeats: 1 }));
    expect(leastMargin("binary", { cases: 100, repeats: 1, looks: 1 })).toBeCloseTo(1.6448536 ** 2 / 100, 3);
  });

  test("plain numbers get one in their own unit", () => {
    const times = Array.from({ length: 80 }, (_, i) => scored(`c${i}`, 2 + Math.sin(i), 2 + Math.sin(i * 1.3)));
    const latency = metric(times, { scale: "number", better: "lower", name: "latency", unit: "s" });
    const { margin, sentence } = autoMargin(latency, { cases: 80, repeats: 1 });
    expect(margin).toBeGreaterThan(0.1);
    expect(sentence).toMatch(/ s or more; \d+ more cases would see [\d.]+ s$/);
  });

  test("bad input: an A/A run without a usable case gives the widest margin, not NaN", () => {
    expect(autoMargin(metric([]), { cases: 20, repeats: 1 }).margin).toBe(0.1);
  });
});
