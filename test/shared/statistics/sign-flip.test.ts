import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { mcnemar } from "../../../src/shared/statistics/mcnemar.ts";
import { exactSignFlip, signFlip } from "../../../src/shared/statistics/sign-flip.ts";
import { twoSidedSignFlip, wilcoxonP } from "../../../src/shared/statistics/wilcoxon.ts";

function moved(losses: number, gains: number): number[] {
  return [...Array(losses).fill(-1), ...Array(gains).fill(1), 0, 0];
}

describe("sign flips", () => {
  test("are McNemar's test on single passes and failures", () => {
    for (const [losses, gains] of [
      [12, 5],
      [5, 12],
      [0, 5],
      [25, 15],
      [300, 220],
    ] as const) {
      expect(twoSidedSignFlip(moved(losses, gains))).toBeCloseTo(mcnemar(losses, gains).exactP, 10);
      const smaller = losses > gains ? signFlip(moved(losses, gains)).midP : signFlip(moved(gains, losses)).midP;
      expect(2 * (smaller ?? 0)).toBeCloseTo(mcnemar(losses, gains).midP, 10);
    }
  });

  test("without a difference there is no p", () => {
    expect(signFlip([0, 0, 0])).toEqual({ p: undefined, midP: undefined, leastP: 1, method: "exact" });
    expect(wilcoxonP([0, 0])).toBeUndefined();
  });

  test("multiples of thirds, counted by steps, agree with all signs enumerated", () => {
    const steps = fc.array(fc.integer({ min: -3, max: 3 }), { minLength: 1, maxLength: 10 });
    fc.assert(
      fc.property(steps, (multiples) => {
        const values = multiples.map((k) => k / 3);
        const nonZero = values.filter((v) => v !== 0);
        const exact = exactSignFlip(values);
        if (nonZero.length === 0) return exact?.p === undefined;
        const sum = nonZero.reduce((a, b) => a + b, 0);
        let extreme = 0;
        for (let signs = 0; signs < 2 ** nonZero.length; signs++) {
          const flipped = nonZero.reduce((s, v, i) => s + ((signs >> i) & 1 ? 1 : -1) * Math.abs(v), 0);
          if (flipped <= sum + 1e-9) extreme++;
        }
        return Math.abs((exact?.p ?? Number.NaN) - extreme / 2 ** nonZero.length) < 1e-10;
      }),
      { numRuns: 100 },
    );
  });

  test("Monte Carlo is near the exact p and never 0", () => {
    const irregular = Array.from({ length: 20 }, (_, i) => Math.sin(i * 7.3) - 0.35);
    expect(exactSignFlip(irregular)).toBeUndefined();
    const { p, method } = signFlip(irregular);
    expect(method).toBe("monte-carlo");
    // All 2^20 signs counted once.
    expect(p).toBeCloseTo(0.02459, 2);
    const all = Array.from({ length: 40 }, (_, i) => -1 - Math.sqrt(i + 2));
    expect(signFlip(all).p).toBe(1 / 100_000);
  });

  test("the order of the cases does not matter", () => {
    const values = Array.from({ length: 30 }, (_, i) => Math.sin(i * 1.7) - 0.1);
    expect(signFlip([...values].reverse())).toEqual(signFlip(values));
  });
});
