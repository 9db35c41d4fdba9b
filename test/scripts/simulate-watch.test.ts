import { expect, test } from "vitest";
import { missedPromises, simulateWatch } from "../../scripts/simulate/watch.ts";
import { clustered } from "../../scripts/simulate/watch-world.ts";
import { seededRandom } from "../../src/shared/statistics/random.ts";

test.each(["wandering", "pairs"] as const)("errors that come %s have twice the binomial's variance", (clusters) => {
  const random = seededRandom(7);
  const [n, p, draws] = [300, 0.05, 20_000];
  const counts = Array.from({ length: draws }, () => clustered({ random, clusters }, n, p));
  const mean = counts.reduce((sum, k) => sum + k, 0) / draws;
  const variance = counts.reduce((sum, k) => sum + (k - mean) ** 2, 0) / (draws - 1);
  expect(mean / (n * p)).toBeCloseTo(1, 1);
  expect(variance / (n * p * (1 - p))).toBeGreaterThan(1.9);
  expect(variance / (n * p * (1 - p))).toBeLessThan(2.1);
});

test("a few watched hours and rises keep the promises that so few can show", () => {
  const told: string[] = [];
  const figures = simulateWatch({ hours: 384, seeds: 25, seed: 4 }, (row) => told.push(row));
  expect(told).toHaveLength(figures.nulls.length + figures.rises.length);
  expect(figures).toMatchObject({ hours: 384, rollbacks: 0 });
  expect(missedPromises(figures)).toEqual([
    expect.stringContaining("under 1 false rollback in 1,000 watched hours is not shown"),
  ]);
});

test("a promise that does not hold is told", () => {
  const setting = { from: 0.01, to: 0.1, requestsPerSecond: 5, clusters: "wandering", promised: 0.9 } as const;
  const rise = { ...setting, seeds: 1000, low: 0.87, high: 0.91, median: 2, p90: 4 };
  const figures = { nulls: [], hours: 20_000, rollbacks: 24 };
  const rises = [{ ...rise, withinThree: 0.89 }];
  const perThousandHours = { rate: 1.2, low: 1, high: 1.4 };
  expect(missedPromises({ ...figures, perThousandHours, rises })).toEqual([
    "1.20 false rollbacks in 1,000 watched hours, under 1 promised",
    "0.01 to 0.1 at 5 requests a second (wandering): 89.0 % acted on within 3 windows, at least 90 % promised",
  ]);
  const held = [{ ...rise, withinThree: 0.9 }];
  expect(missedPromises({ ...figures, perThousandHours: { rate: 0.1, low: 0, high: 0.9 }, rises: held })).toEqual([]);
});
