import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  betaQuantile,
  binomialCdf,
  binomialPmf,
  logGamma,
  regularizedBeta,
  tCdf,
  tQuantile,
} from "../../../src/shared/statistics/distributions.ts";
import { chiSquare1Sf, normalCdf, normalQuantile, normalSf } from "../../../src/shared/statistics/normal.ts";

const probability = fc.double({ min: 1e-6, max: 1 - 1e-6, noNaN: true });
const shape = fc.double({ min: 1, max: 500, noNaN: true });

describe("distributions", () => {
  test("far tails keep their digits (values of scipy 1.17)", () => {
    expect(normalSf(10) / 7.61985302416047e-24).toBeCloseTo(1, 11);
    expect(tCdf(-40, 1000) / 5.239426077586636e-210).toBeCloseTo(1, 9);
    expect(normalQuantile(1e-20)).toBeCloseTo(-9.262340089798409, 12);
    expect(betaQuantile(0.025, 2000, 300)).toBeCloseTo(0.855504056211522, 12);
  });

  test("as many cases as one likes cost no digits (values of scipy 1.17)", () => {
    expect(2 * tCdf(-0.1, 1e6)).toBeCloseTo(0.9203443454920432, 12);
    expect(2 * tCdf(-1, 1e6)).toBeCloseTo(0.3173107498335783, 12);
    expect(2 * tCdf(-3, 1e6)).toBeCloseTo(0.0026998625414218, 12);
  });

  test("logGamma is the factorial's logarithm", () => {
    let log = 0;
    for (let n = 1; n < 200; n++) {
      expect(logGamma(n)).toBeCloseTo(log, 9);
      log += Math.log(n);
    }
  });

  test("quantiles invert their distribution functions", () => {
    fc.assert(
      fc.property(probability, shape, shape, (p, a, b) => {
        expect(normalCdf(normalQuantile(p))).toBeCloseTo(p, 12);
        expect(tCdf(tQuantile(p, a), a)).toBeCloseTo(p, 9);
        expect(regularizedBeta(betaQuantile(p, a, b), a, b)).toBeCloseTo(p, 9);
      }),
      { numRuns: 200 },
    );
  });

  test("the binomial's points add up to its sums", () => {
    let sum = 0;
    for (let k = 0; k <= 30; k++) {
      sum += binomialPmf(k, 30, 0.3);
      expect(binomialCdf(k, 30, 0.3)).toBeCloseTo(sum, 12);
    }
    expect(binomialCdf(-1, 30, 0.3)).toBe(0);
    expect(binomialPmf(0, 0, 0.5)).toBeCloseTo(1, 12);
  });

  test("chi-square with one degree is a squared normal", () => {
    expect(chiSquare1Sf(1.96 ** 2)).toBeCloseTo(2 * normalSf(1.96), 14);
    expect(chiSquare1Sf(0)).toBe(1);
  });
});
