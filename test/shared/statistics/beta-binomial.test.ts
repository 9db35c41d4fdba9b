import fc from "fast-check";
import { expect, test } from "vitest";
import {
  betaBinomialLogRatio,
  clusterConcentration,
  countDispersion,
  logRising,
} from "../../../src/shared/statistics/beta-binomial.ts";
import { logBeta, logGamma } from "../../../src/shared/statistics/distributions.ts";
import { changeEvidence } from "../../../src/shared/statistics/sequential.ts";

test("the rising factorial agrees with ln Γ", () => {
  const sizes = fc.tuple(fc.double({ min: 0.01, max: 2000, noNaN: true }), fc.integer({ min: 0, max: 3000 }));
  fc.assert(
    fc.property(sizes, ([a, k]) => {
      const expected = logGamma(a + k) - logGamma(a);
      expect(Math.abs(logRising(a, k) - expected)).toBeLessThan(1e-7 * Math.max(1, Math.abs(expected)));
    }),
  );
});

test("probabilities of the beta-binomial sum to 1 and have the variance that was asked for", () => {
  const [n, p, dispersion] = [40, 0.2, 2];
  const total = clusterConcentration(n, dispersion);
  const [a, b] = [p * total, (1 - p) * total];
  const choose = (k: number) => logGamma(n + 1) - logGamma(k + 1) - logGamma(n - k + 1);
  const chance = Array.from({ length: n + 1 }, (_, k) =>
    Math.exp(choose(k) + logBeta(k + a, n - k + b) - logBeta(a, b)),
  );
  const mean = chance.reduce((sum, q, k) => sum + q * k, 0);
  expect(chance.reduce((sum, q) => sum + q, 0)).toBeCloseTo(1, 9);
  expect(mean).toBeCloseTo(n * p, 9);
  expect(chance.reduce((sum, q, k) => sum + q * (k - mean) ** 2, 0)).toBeCloseTo(dispersion * n * p * (1 - p), 6);
  // Likelihood ratios average to 1 where nothing changed, also for alternatives of another concentration.
  for (const other of [
    [2 * a, b],
    [3 * a, b - a],
  ] as const) {
    const ratios = chance.map((q, k) => q * Math.exp(betaBinomialLogRatio(k, n, other, [a, b])));
    expect(ratios.reduce((sum, q) => sum + q, 0)).toBeCloseTo(1, 8);
  }
});

test("dispersion is Pearson's χ² per degree of freedom, drawn towards the prior", () => {
  const counts = [4, 0, 2, 6, 3].map((k) => ({ k, n: 100 }));
  const expected = counts.reduce((sum, { k, n }) => sum + (k - 3) ** 2 / (n * 0.03 * 0.97), 0) / 4;
  expect(countDispersion(counts, 2, 0)).toBeCloseTo(expected, 12);
  expect(countDispersion(counts, 2, 1e9)).toBeCloseTo(2, 6);
  expect(countDispersion([{ k: 0, n: 10 }], 2, 20)).toBe(2);
});

test("evidence for a change adds up over every possible start, and stops at its cap", () => {
  expect(changeEvidence([[2], [3], [0.5]], 1e9)).toEqual([2, 9, 5]);
  expect(changeEvidence([[2, 4], [], [1, 1]], 1e9)).toEqual([3, 0, 4]);
  expect(changeEvidence([[50], [50], [0.5]], 100)).toEqual([50, 100, 50.5]);
});
