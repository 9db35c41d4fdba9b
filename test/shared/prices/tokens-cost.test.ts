import { expect, test } from "vitest";
import { defaultPriceBook } from "../../../src/shared/prices/default-book.ts";
import { tokensCost } from "../../../src/shared/prices/tokens-cost.ts";

const at = new Date("2026-11-21T10:00:00Z");
const cost = (model: string, input: number, output: number) =>
  tokensCost(defaultPriceBook, model, { input, output }, at);

test("a minute's tokens cost what each would, however many they are together", () => {
  expect(cost("gpt-4.1@2025-04-14", 1_000_000, 1_000)).toBe(2_008_000_000);
  // 300,000 tokens of one call would be a long one's; of a minute's calls they are not.
  expect(cost("gpt-5.4", 300_000, 0)).toBe(300 * (cost("gpt-5.4", 1_000, 0) ?? 0));
});

test("bad input: a model without a price, and counts that are none, are unknown", () => {
  expect([cost("own-model", 5, 5), cost("gpt-4.1", 0.5, 1), cost("gpt-4.1", -1, 1)]).toEqual([
    undefined,
    undefined,
    undefined,
  ]);
});
