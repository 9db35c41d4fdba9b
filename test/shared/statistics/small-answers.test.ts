import { describe, expect, test } from "vitest";
import { krippendorffAlpha } from "../../../src/shared/statistics/krippendorff.ts";
import { mcnemar } from "../../../src/shared/statistics/mcnemar.ts";
import { benjaminiHochberg, holm, testable } from "../../../src/shared/statistics/multiple-testing.ts";
import { newcombe } from "../../../src/shared/statistics/newcombe.ts";
import { correlation, paired } from "../../../src/shared/statistics/paired.ts";
import { passAtK, passHatK } from "../../../src/shared/statistics/pass-at-k.ts";
import { signTestPairs } from "../../../src/shared/statistics/power.ts";
import { seededRandom } from "../../../src/shared/statistics/random.ts";
import { alwaysValidP, mixtureLikelihoodRatio } from "../../../src/shared/statistics/sequential.ts";

describe("data without spread", () => {
  test("a paired comparison of equal sides has no t, no p and no interval", () => {
    const found = paired([5, 5, 3], [5, 5, 3]);
    expect(found).toMatchObject({ meanDifference: 0, standardError: 0, ties: 3 });
    expect([found.t, found.p, found.interval]).toEqual([undefined, undefined, undefined]);
  });

  test("a constant shift has no p either", () => {
    expect(paired([0.1, 0.2, 0.3], [0.2, 0.3, 0.4]).p).toBeUndefined();
    // What is left of large values is rounding, not spread.
    expect(paired([1000.1, 2000.4, 3000.7], [1000.3, 2000.6, 3000.9])).toMatchObject({ t: undefined, p: undefined });
    expect(paired([1e6, 2e6, 3e6], [1e6 + 0.001, 2e6 + 0.002, 3e6 + 0.003]).p).toBeLessThan(0.1);
  });

  test("no case moved: McNemar's exact p is 1 and chi-square has none", () => {
    expect(mcnemar(0, 0)).toMatchObject({ exactP: 1, midP: 1, chiSquare: undefined, chiSquareP: undefined });
  });

  test("one side all pass: Newcombe's interval is still wide", () => {
    const { low, high } = newcombe({ both: 20, onlyFirst: 0, onlySecond: 0, neither: 0 });
    expect(low).toBeLessThan(-0.1);
    expect(high).toBeGreaterThan(0.1);
  });

  test("a side without spread has no correlation", () => {
    expect(correlation([1, 1], [0, 1])).toBeUndefined();
  });
});

describe("Krippendorff's alpha", () => {
  test("perfect, chance-free and empty data", () => {
    expect(
      krippendorffAlpha([
        [1, 1],
        [0, 0],
      ]),
    ).toBe(1);
    expect(
      krippendorffAlpha([
        [1, 1],
        [1, 1],
      ]),
    ).toBe(1);
    expect(krippendorffAlpha([[1], [null, 0]])).toBeUndefined();
    expect(
      krippendorffAlpha([
        ["good", "good"],
        ["bad", "bad"],
      ]),
    ).toBe(1);
  });

  test("levels weigh a near miss less than a far one", () => {
    const near = [
      [1, 2],
      [5, 5],
      [3, 3],
      [1, 1],
    ];
    const far = [
      [1, 5],
      [5, 5],
      [3, 3],
      [1, 1],
    ];
    for (const level of ["ordinal", "interval"] as const) {
      expect(krippendorffAlpha(near, level)).toBeGreaterThan(krippendorffAlpha(far, level) ?? 1);
    }
  });

  test("Krippendorff's own example with missing labels: .743 nominal, .815 ordinal, .849 interval", () => {
    const observers = [
      [1, 2, 3, 3, 2, 1, 4, 1, 2, null, null, null],
      [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, null, 3],
      [null, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, null],
      [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, null],
    ];
    const units = Array.from({ length: 12 }, (_, i) => observers.map((labels) => labels[i] ?? null));
    expect(krippendorffAlpha(units, "nominal")).toBeCloseTo(0.743, 3);
    expect(krippendorffAlpha(units, "ordinal")).toBeCloseTo(0.815, 3);
    expect(krippendorffAlpha(units, "interval")).toBeCloseTo(0.849, 3);
  });
});

describe("many tests", () => {
  test("adjusted p keep their order, are at least the raw ones and at most 1", () => {
    const p = [0.2, 0.001, 0.04, 0.9, 0.03];
    for (const adjust of [holm, benjaminiHochberg]) {
      const adjusted = adjust(p);
      const order = [...p.keys()].sort((a, b) => (p[a] ?? 0) - (p[b] ?? 0));
      for (const [i, index] of order.entries()) {
        expect(adjusted[index]).toBeGreaterThanOrEqual(p[index] ?? 1);
        expect(adjusted[index]).toBeLessThanOrEqual(1);
        const before = order[i - 1];
        if (before !== undefined) expect(adjusted[index]).toBeGreaterThanOrEqual(adjusted[before] ?? 0);
      }
    }
    expect(holm([])).toEqual([]);
  });

  test("tests that cannot become significant leave the family (Tarone)", () => {
    expect(testable([0.001, 0.5, 0.25, 0.5], 0.025)).toEqual([0]);
    expect(testable([0.001, 0.001], 0.025)).toEqual([0, 1]);
    expect(testable([0.02, 0.02], 0.025)).toEqual([]);
  });
});

test("pass@k and pass^k at their ends", () => {
  expect([passAtK(4, 0, 4), passAtK(4, 4, 1), passAtK(4, 1, 4)]).toEqual([0, 1, 1]);
  expect([passHatK(4, 4, 4), passHatK(4, 3, 4), passHatK(4, 0, 1)]).toEqual([1, 0, 0]);
});

test("an even win rate needs no number of pairs", () => {
  expect(signTestPairs(0.5)).toBeUndefined();
  expect(signTestPairs(0.4, { sides: 1 })).toBe(signTestPairs(0.6, { sides: 1 }));
});

test("the mixture ratio errs in at most alpha of streams, looked at after every value", () => {
  const random = seededRandom(11);
  let rejected = 0;
  const streams = 600;
  for (let stream = 0; stream < streams; stream++) {
    let sum = 0;
    const ratios: number[] = [];
    for (let n = 1; n <= 200; n++) {
      sum += random() < 0.5 ? -1 : 1;
      if (n >= 10) ratios.push(mixtureLikelihoodRatio(sum / n, n, 1, 0.2));
    }
    if (alwaysValidP(ratios) <= 0.05) rejected++;
  }
  expect(rejected / streams).toBeLessThan(0.07);
});
