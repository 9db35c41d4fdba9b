import { describe, expect, test } from "vitest";
import type { MetricComparison, MetricVerdict } from "../../../src/shared/gate/comparison.ts";
import { decideSuite } from "../../../src/shared/gate/decide.ts";
import { cases, metric, scored, suite } from "./comparisons.ts";

function judge(own: MetricComparison["cases"], rest: Partial<MetricComparison>): MetricVerdict {
  const [found] = decideSuite(suite([metric(own, rest)])).metrics;
  if (!found) throw new Error("no metric");
  return found;
}

const fresh = (passed: number, failed: number) => [
  ...Array.from({ length: passed }, (_, i) => scored(`p${i}`, [], 1)),
  ...Array.from({ length: failed }, (_, i) => scored(`f${i}`, [], 0)),
];

describe("a floor without a base", () => {
  test("holds where the interval's lower bound is above it", () => {
    const found = judge(fresh(118, 2), { threshold: 0.9 });
    expect(found).toMatchObject({ verdict: "pass", floor: { verdict: "pass", cases: 120 } });
    expect(found.comparison).toBeUndefined();
    expect(found.reason).toContain("the floor of 0.9 holds");
  });

  test("is missed where head's mean is significantly below it", () => {
    const found = judge(fresh(80, 40), { threshold: 0.9 });
    expect(found).toMatchObject({ verdict: "regressed", floor: { verdict: "regressed" } });
    expect(found.floor?.adjustedP).toBeLessThan(0.001);
    expect(found.reason).toContain("below the floor of 0.9");
  });

  test("else is inconclusive with the cases that would settle it", () => {
    const found = judge(fresh(112, 8), { threshold: 0.9 });
    expect(found).toMatchObject({ verdict: "inconclusive", floor: { verdict: "inconclusive" } });
    expect(found.floor?.casesNeeded).toBeGreaterThan(120);
  });

  test("all scores equal: an answer by the interval, without a p-value", () => {
    // 20 of 20 leave a true rate of 0.88 possible; 60 of 60 one of 0.957.
    expect(judge(fresh(20, 0), { threshold: 0.9 }).verdict).toBe("inconclusive");
    const held = judge(fresh(60, 0), { threshold: 0.9 });
    expect(held.verdict).toBe("pass");
    expect(held.floor).not.toHaveProperty("p");
    expect(judge(fresh(0, 20), { threshold: 0.9 }).verdict).toBe("regressed");
  });

  test("a floor at the end of the range is met or not", () => {
    expect(judge(fresh(60, 0), { threshold: 1 }).verdict).toBe("pass");
    expect(judge(fresh(59, 1), { threshold: 1 }).verdict).toBe("regressed");
  });

  test("neither base nor floor: nothing is proven", () => {
    const found = judge(fresh(60, 0), { margin: 0.05 });
    expect(found.verdict).toBe("inconclusive");
    expect(found.reason).toContain("no base to compare with and no threshold");
  });
});

describe("a floor beside a base", () => {
  test("that base misses equally still fails, and says so", () => {
    const own = [...cases("good", 80, 1, 1), ...cases("bad", 40, 0, 0)];
    const found = judge(own, { threshold: 0.9, margin: 0.05 });
    expect(found).toMatchObject({ verdict: "regressed", floor: { baseMisses: true } });
    expect(found.reason).toContain("base misses it too");
  });

  test("an open floor does not hold a change back whose requests are all unchanged", () => {
    const own = [...cases("good", 112, 1, 1, { unchanged: true }), ...cases("bad", 8, 0, 0, { unchanged: true })];
    const found = judge(own, { threshold: 0.9, margin: 0.05 });
    expect(found).toMatchObject({ verdict: "pass", floor: { verdict: "inconclusive" } });
    const changed = own.map((c) => ({ ...c, unchanged: false }));
    expect(judge(changed, { threshold: 0.9, margin: 0.05 }).verdict).toBe("inconclusive");
  });

  test("alone, it leaves the comparison to be shown", () => {
    const own = [...cases("good", 95, 1, 1), ...cases("lost", 5, 1, 0)];
    expect(judge(own, { threshold: 0.8 })).toMatchObject({ verdict: "pass", comparison: { cases: 100 } });
  });
});

describe("a ceiling", () => {
  const harm = (rate: number, n: number) =>
    Array.from({ length: n }, (_, i) => scored(`c${i}`, [], i < rate * n ? 1 : 0));

  test("is a floor turned round", () => {
    const lower = { better: "lower", threshold: 0.1 } as const;
    expect(judge(harm(0.01, 200), lower).verdict).toBe("pass");
    const found = judge(harm(0.3, 200), lower);
    expect(found.verdict).toBe("regressed");
    expect(found.reason).toContain("above the ceiling of 0.1");
    expect(found.floor?.interval?.low).toBeGreaterThan(0.2);
    expect(judge(harm(0.08, 100), lower).verdict).toBe("inconclusive");
  });

  test("on a plain number is judged by t, and without spread directly", () => {
    const latency = { scale: "number", better: "lower", threshold: 2, unit: "s", name: "latency" } as const;
    const times = (center: number) => Array.from({ length: 50 }, (_, i) => scored(`c${i}`, [], center + (i % 10) / 20));
    expect(judge(times(1.5), latency).verdict).toBe("pass");
    expect(judge(times(2.1), latency).verdict).toBe("regressed");
    expect(judge(times(1.77), latency).verdict).toBe("inconclusive");
    const same = (value: number) => Array.from({ length: 50 }, (_, i) => scored(`c${i}`, [], value));
    expect(judge(same(1.9), latency)).toMatchObject({ verdict: "pass" });
    expect(judge(same(2.1), latency)).toMatchObject({ verdict: "regressed" });
    expect(judge(same(2.1), latency).floor).not.toHaveProperty("p");
  });
});
