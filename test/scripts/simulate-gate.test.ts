import { expect } from "vitest";
import { simulateGate } from "../../scripts/simulate/gate.ts";
import { testWithData } from "../support/data.ts";

testWithData("gates on resampled real rows keep their promises (a few; the command plays many)", "datasets", () => {
  const shares = simulateGate({ gates: 60, sizes: [60, 200], repeats: [1], seed: 3 });
  const unchanged = shares.filter(({ scenario }) => scenario === "nothing changed, margin auto");
  expect(unchanged).toHaveLength(2);
  for (const { pass, blocked } of unchanged) {
    expect(pass).toBeGreaterThanOrEqual(0.85);
    expect(blocked).toBeLessThanOrEqual(0.025);
  }
  for (const { pass, inconclusive, blocked } of shares) expect(pass + inconclusive + blocked).toBeCloseTo(1, 9);
  const found = shares.find(({ scenario, cases }) => scenario === "loses 17 points, margin 5" && cases === 200);
  expect(found?.blocked).toBeGreaterThanOrEqual(0.9);
});
