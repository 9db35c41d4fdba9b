import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { wilson } from "../../../src/shared/statistics/proportion.ts";
import { seededRandom } from "../../../src/shared/statistics/random.ts";
import { scoreInterval, scoreLowerBound, scoreStatistic } from "../../../src/shared/statistics/score-interval.ts";
import { type Units, unitsOf } from "../../../src/shared/statistics/units.ts";

function units(values: number[]): Units {
  return unitsOf(values.map((value) => ({ value, weight: 1 })));
}

function pairs(losses: number, gains: number, n: number): Units {
  return units([...Array(losses).fill(-1), ...Array(gains).fill(1), ...Array(n - losses - gains).fill(0)]);
}

/** Tango 1998's closed form: z of "the mean difference is `delta`". */
function tango(losses: number, gains: number, n: number, delta: number): number {
  const a = 2 * n;
  const b = -losses - gains + (2 * n - gains + losses) * delta;
  const c = -losses * delta * (1 - delta);
  const q = (Math.sqrt(b * b - 4 * a * c) - b) / (2 * a);
  return (gains - losses - n * delta) / Math.sqrt(n * (2 * q + delta * (1 - delta)));
}

const differences: readonly [number, number] = [-1, 1];

describe("score intervals", () => {
  test("are Tango's on paired passes and failures", () => {
    for (const [losses, gains, n] of [
      [1, 3, 200],
      [0, 0, 20],
      [5, 0, 30],
      [209, 152, 1319],
      [3, 0, 50],
    ] as const) {
      for (const delta of [-0.3, -0.05, -0.01, 0.02, 0.4]) {
        const z = scoreStatistic({ units: pairs(losses, gains, n), range: differences }, delta);
        expect(z).toBeCloseTo(tango(losses, gains, n, delta), 8);
      }
    }
  });

  test("are Wilson's on one proportion", () => {
    for (const [k, n] of [
      [0, 10],
      [3, 10],
      [10, 10],
      [193, 200],
    ] as const) {
      const data = { units: units([...Array(k).fill(1), ...Array(n - k).fill(0)]), range: [0, 1] as const };
      const { low, high } = scoreInterval(data, 0.95);
      expect(low).toBeCloseTo(wilson(k, n).low, 8);
      expect(high).toBeCloseTo(wilson(k, n).high, 8);
    }
  });

  test("do not collapse where every case ties: z² / (n + z²) could still be lost", () => {
    const bound = -scoreLowerBound({ units: pairs(0, 0, 60), range: differences }, 0.95);
    expect(bound).toBeCloseTo(1.6448536 ** 2 / (60 + 1.6448536 ** 2), 6);
  });

  test("hold the mean, mirror, and never give NaN", () => {
    const value = fc.integer({ min: -6, max: 6 }).map((k) => k / 6);
    fc.assert(
      fc.property(fc.array(value, { minLength: 2, maxLength: 40 }), (values) => {
        const own = units(values);
        const { low, high } = scoreInterval({ units: own, range: differences }, 0.95);
        expect(low).toBeLessThanOrEqual(own.mean + 1e-9);
        expect(high).toBeGreaterThanOrEqual(own.mean - 1e-9);
        expect(low).toBeGreaterThanOrEqual(-1);
        expect(high).toBeLessThanOrEqual(1);
        const mirrored = scoreInterval({ units: units(values.map((v) => -v)), range: differences }, 0.95);
        expect(mirrored.low).toBeCloseTo(-high, 8);
        expect(mirrored.high).toBeCloseTo(-low, 8);
      }),
      { numRuns: 200 },
    );
  });

  test("lie where the statistic is the quantile, one case at the end of the range and weights of any size", () => {
    const fraction = fc.integer({ min: -12, max: 12 }).map((k) => k / 12);
    const weighted = fc.record({ value: fraction, weight: fc.constantFrom(1, 2, 0.5, 3) });
    fc.assert(
      fc.property(fc.array(weighted, { minLength: 1, maxLength: 20 }), (drawn) => {
        const data = { units: unitsOf([...drawn, { value: -1, weight: 1 }]), range: differences };
        const bound = scoreLowerBound(data, 0.95);
        if (bound > -0.999) expect(scoreStatistic(data, bound)).toBeCloseTo(1.6448536, 5);
      }),
      { numRuns: 200 },
    );
  });

  test("do not depend on how the last digit of a total loss is rounded", () => {
    // Seen as a loss bound of 0.790, and 0.686 with the directions swapped.
    const drawn = [
      { value: 0, weight: 2 },
      { value: -1, weight: 1 },
      { value: 0.3611111111111111, weight: 1 },
    ];
    expect(scoreLowerBound({ units: unitsOf(drawn), range: differences }, 0.95)).toBeCloseTo(-0.68645456, 7);
    expect(scoreInterval({ units: unitsOf(drawn), range: differences }, 0.95).low).toBeCloseTo(-0.74447924, 7);
  });

  test("bound a rare total loss at their level: 1 case in 20 loses everything, n = 60", () => {
    const random = seededRandom(7);
    let misses = 0;
    const draws = 2_000;
    for (let i = 0; i < draws; i++) {
      const drawn = Array.from({ length: 60 }, () => (random() < 0.05 ? -1 : 0));
      if (-scoreLowerBound({ units: units(drawn), range: differences }, 0.95) < 0.05) misses++;
    }
    // A t bound misses this loss in one of five draws.
    expect(misses / draws).toBeLessThan(0.065);
  });

  test.each([
    ["half of the cases weigh 5", 60, (random: () => number) => (random() < 0.5 ? 5 : 1)],
    ["one case in ten weighs 10", 200, (random: () => number) => (random() < 0.1 ? 10 : 1)],
  ])("bound a loss at their level where cases weigh differently: %s", (_, n, weightOf) => {
    const random = seededRandom(7);
    let misses = 0;
    const draws = 1_000;
    for (let i = 0; i < draws; i++) {
      const drawn = Array.from({ length: n }, () => ({ value: random() < 0.05 ? -1 : 0, weight: weightOf(random) }));
      if (-scoreLowerBound({ units: unitsOf(drawn), range: differences }, 0.95) < 0.05) misses++;
    }
    // Losses that so far hit light cases alone are no proof that heavy ones are safe.
    expect(misses / draws).toBeLessThan(0.065);
  });
});
