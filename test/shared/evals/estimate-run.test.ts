import { describe, expect, test } from "vitest";
import { mostCostOf } from "../../../src/shared/evals/call-cost.ts";
import { estimateRun, estimateText } from "../../../src/shared/evals/estimate-run.ts";
import { defaultPriceBook } from "../../../src/shared/prices/default-book.ts";
import { costNanoUsd, priceOf } from "../../../src/shared/prices/price-book.ts";

const at = new Date("2026-11-21T00:00:00Z");
const options = { prices: defaultPriceBook, at, concurrency: 8 };
const request = (deployment: string, content = "What is honey?") => ({
  deployment,
  messages: [{ role: "user" as const, content }],
  maxOutputTokens: 100,
});

describe("estimateRun", () => {
  test("counts what is made and what is kept, and costs what is made alone", () => {
    const estimate = estimateRun(
      [
        { request: request("gpt-4.1-mini"), repeats: 3, kept: 1 },
        { request: request("gpt-4.1-mini"), repeats: 3, kept: 3 },
      ],
      options,
    );
    const most = mostCostOf(request("gpt-4.1-mini"), defaultPriceBook, at) ?? 0;
    expect(estimate).toMatchObject({ calls: 2, cached: 4, unpriced: [] });
    expect(estimate.costNanoUsd.most).toBe(2 * most);
    expect(estimate.costNanoUsd.least).toBeGreaterThan(0);
    expect(estimate.costNanoUsd.least).toBeLessThan(estimate.costNanoUsd.most);
  });

  test.each([
    ["English", "The bees leave the hive in the morning. ".repeat(50), 500],
    ["Japanese", "蜂蜜はいつ収穫できますか。".repeat(50), 650],
    ["nothing", "", 0],
  ])("no real text of so many tokens costs more: %s", (_, text, tokens) => {
    const real = costNanoUsd(priceOf(defaultPriceBook, "gpt-4.1", at), { inputTokens: tokens, outputTokens: 100 });
    expect(mostCostOf(request("gpt-4.1", text), defaultPriceBook, at)).toBeGreaterThanOrEqual(real ?? Infinity);
  });

  test("an unknown price stays unknown, and it says that no cap holds", () => {
    const estimate = estimateRun([{ request: request("house-model"), repeats: 10, kept: 0 }], options);
    expect(estimate).toMatchObject({ costNanoUsd: { least: 0, most: 0 }, unpriced: ["house-model"] });
    expect(estimateText(estimate)).toBe(
      "10 calls, cost unknown for house-model, which has no price: no cap on cost holds it, a minute at most",
    );
  });

  test("is one sentence", () => {
    const estimate = estimateRun([{ request: request("gpt-4.1"), repeats: 2000, kept: 60 }], options);
    expect(estimateText(estimate)).toBe("1,940 calls (60 more are kept), $0.32 to $1.64, 2 to 41 minutes");
    expect(estimateText(estimateRun([{ request: request("gpt-4.1"), repeats: 2, kept: 2 }], options))).toBe(
      "no calls (2 more are kept): every sample is kept",
    );
  });
});
