import { expect, test } from "vitest";
import { extentOf } from "../../../src/shared/statistics/extent.ts";

test("the least and the most of any number of values", () => {
  expect(extentOf([3, -1, 2])).toEqual([-1, 3]);
  expect(extentOf([])).toEqual([Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]);
  expect(extentOf(Array.from({ length: 300_000 }, (_, i) => i))).toEqual([0, 299_999]);
});
