import { describe, expect, test } from "vitest";
import { cohenKappa } from "../../../src/shared/statistics/cohen-kappa.ts";

const pairs = (a: number, b: number, c: number, d: number): [boolean, boolean][] => [
  ...Array.from({ length: a }, (): [boolean, boolean] => [true, true]),
  ...Array.from({ length: b }, (): [boolean, boolean] => [true, false]),
  ...Array.from({ length: c }, (): [boolean, boolean] => [false, true]),
  ...Array.from({ length: d }, (): [boolean, boolean] => [false, false]),
];

describe("cohenKappa", () => {
  test.each([
    // The first three are the examples of the encyclopedia's article on it.
    [20, 5, 10, 15, 0.4],
    [45, 15, 25, 15, 0.1304347826],
    [25, 35, 5, 35, 0.2592592593],
    [10, 0, 0, 10, 1],
    [0, 10, 10, 0, -1],
    [5, 5, 5, 5, 0],
  ])("%i %i %i %i is %d", (a, b, c, d, kappa) => {
    expect(cohenKappa(pairs(a, b, c, d))).toBeCloseTo(kappa, 9);
  });

  test("undefined where nothing was told apart", () => {
    expect(cohenKappa(pairs(9, 0, 0, 0))).toBeUndefined();
    expect(cohenKappa([])).toBeUndefined();
  });
});
