import { expect } from "vitest";
import { estimateSeconds, type Progress, simulateGate } from "../../scripts/simulate/gate.ts";
import { reportRows, testWithData } from "../support/data.ts";

testWithData("gates on resampled real rows keep their promises (a few; the command plays many)", "datasets", () => {
  const told: Progress[] = [];
  const shares = simulateGate({ gates: 60, sizes: [60, 200], repeats: [1], seed: 3 }, (next) => told.push(next));
  expect(told.map(({ scenario, cases, repeats }) => [scenario, cases, repeats])).toEqual(
    shares.map(({ scenario, cases, repeats }) => [scenario, cases, repeats]),
  );
  expect(told.at(-1)).toMatchObject({ row: shares.length, rows: shares.length });
  const unchanged = shares.filter(({ scenario }) => scenario === "nothing changed, margin auto");
  expect(unchanged).toHaveLength(2);
  for (const { pass, blocked } of unchanged) {
    expect(pass).toBeGreaterThanOrEqual(0.85);
    expect(blocked).toBeLessThanOrEqual(0.025);
  }
  for (const { pass, inconclusive, blocked } of shares) expect(pass + inconclusive + blocked).toBeCloseTo(1, 9);
  reportRows("datasets (scenarios played on real rows)", shares.length, 0);
  const found = shares.find(({ scenario, cases }) => scenario === "loses 17 points, margin 5" && cases === 200);
  expect(found?.blocked).toBeGreaterThanOrEqual(0.9);
});

testWithData("what it takes is told from a gate or two of every row", "datasets", () => {
  // Each reading is a second after the last: a row's two gates take one.
  let seconds = 0;
  const clock = () => seconds++ * 1000;
  const rows = simulateGate({ gates: 1, sizes: [20], repeats: [1], seed: 3 }).length;
  // One row is a suite whose every gate would be the same: it is played once.
  reportRows("datasets (scenarios timed on real rows)", rows, 0);
  expect(estimateSeconds({ gates: 20, sizes: [20], repeats: [1], seed: 3 }, clock)).toBe((rows - 1) * 10 + 1);
});
