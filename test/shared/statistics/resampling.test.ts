import { describe, expect, test } from "vitest";
import { pairedBootstrap } from "../../../src/shared/statistics/bootstrap.ts";
import { clustered } from "../../../src/shared/statistics/clustered.ts";
import { paired } from "../../../src/shared/statistics/paired.ts";
import { seededRandom } from "../../../src/shared/statistics/random.ts";
import { unitsOf, unitsStandardError } from "../../../src/shared/statistics/units.ts";

const values = Array.from({ length: 120 }, (_, i) => Math.sin(i * 2.1) + 0.2);
const cases = values.map((value) => ({ value, weight: 1 }));

describe("units", () => {
  test("unclustered and equally weighted, the standard error is sd / √n", () => {
    const zeros = values.map(() => 0);
    expect(unitsStandardError(unitsOf(cases))).toBeCloseTo(paired(zeros, values).standardError, 12);
  });

  test("clustered, it is Inspect's", () => {
    const cluster = values.map((_, i) => `c${Math.floor(i / 5)}`);
    const units = unitsOf(values.map((value, i) => ({ value, weight: 1, cluster: cluster[i] ?? "" })));
    expect(unitsStandardError(units)).toBeCloseTo(clustered(values, cluster).cr1 ?? 0, 12);
  });

  test("the mean is the weighted one, and one unit has no spread", () => {
    const units = unitsOf([
      { value: 1, weight: 3 },
      { value: 0, weight: 1 },
    ]);
    expect(units.mean).toBeCloseTo(0.75, 12);
    expect(unitsStandardError(unitsOf([{ value: 1, weight: 1 }]))).toBeUndefined();
  });
});

describe("paired bootstrap", () => {
  test("its interval is near the t interval, its seed decides it, its p is small where the mean is far from 0", () => {
    const found = pairedBootstrap(cases);
    const zeros = values.map(() => 0);
    const { interval } = paired(zeros, values);
    expect(found.interval?.low).toBeCloseTo(interval?.low ?? 0, 1);
    expect(found.interval?.high).toBeCloseTo(interval?.high ?? 0, 1);
    expect(pairedBootstrap(cases)).toEqual(found);
    expect(pairedBootstrap(cases.map(({ value }) => ({ value: value + 1, weight: 1 }))).p).toBeCloseTo(1 / 1001, 10);
  });

  test("clusters are drawn whole, so their interval is wider", () => {
    const repeated = cases.flatMap(({ value }, i) => [0, 1, 2].map(() => ({ value, weight: 1, cluster: `c${i}` })));
    const alone = repeated.map(({ value, weight }) => ({ value, weight }));
    const width = ({ interval }: ReturnType<typeof pairedBootstrap>) => (interval?.high ?? 0) - (interval?.low ?? 0);
    expect(width(pairedBootstrap(repeated))).toBeGreaterThan(1.4 * width(pairedBootstrap(alone)));
  });

  test("without spread there is neither interval nor p", () => {
    const still = pairedBootstrap([1, 1, 1].map((value) => ({ value, weight: 1 })));
    expect(still).toEqual({ mean: 1, interval: undefined, p: undefined });
  });
});

test("seeded numbers are even over [0, 1) and repeat", () => {
  const random = seededRandom(3);
  const drawn = Array.from({ length: 20_000 }, random);
  expect(drawn.every((x) => x >= 0 && x < 1)).toBe(true);
  expect(drawn.reduce((sum, x) => sum + x, 0) / drawn.length).toBeCloseTo(0.5, 2);
  expect(seededRandom(3)()).toBe(drawn[0]);
});
