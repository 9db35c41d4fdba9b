import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { defaultPriceBook } from "../../../src/shared/prices/default-book.ts";
import { costNanoUsd, Decimal, PriceBook, type PriceEntry, priceOf } from "../../../src/shared/prices/price-book.ts";

const day = new Date("2026-11-21T12:00:00Z");
const entry = (usd: PriceEntry["usd"], more: Partial<PriceEntry> = {}): PriceEntry => ({
  model: "m",
  effectiveFrom: "2026-01-01",
  usd,
  source: "test",
  checkedAt: "2026-01-01",
  ...more,
});

describe("costNanoUsd", () => {
  test("one token at 0.02 USD per million is 20 nano-USD", () => {
    const price = entry({ input: "0.02", output: "0" });
    expect(costNanoUsd(price, { inputTokens: 1, outputTokens: 0 })).toBe(20);
  });

  test("rounds half up, once, over the whole call", () => {
    const price = entry({ input: "0.0005", cachedInput: "0.0005", output: "0.0005" });
    expect(costNanoUsd(price, { inputTokens: 1, outputTokens: 0 })).toBe(1);
    expect(costNanoUsd(price, { inputTokens: 1, outputTokens: 1 })).toBe(1);
    expect(costNanoUsd(entry({ input: "0.0004", output: "0" }), { inputTokens: 1, outputTokens: 0 })).toBe(0);
  });

  test("cached tokens are among the input tokens and have their own price", () => {
    const price = entry({ input: "2", cachedInput: "0.5", output: "8" });
    const usage = { inputTokens: 1000, cachedInputTokens: 400, outputTokens: 10 };
    expect(costNanoUsd(price, usage)).toBe(600 * 2000 + 400 * 500 + 10 * 8000);
  });

  test("a long call is priced as a whole at the long price", () => {
    const long = { fromInputTokens: 272_000, usd: { input: "5", output: "22.5" } };
    const price = entry({ input: "2.5", output: "15" }, { longContext: long });
    expect(costNanoUsd(price, { inputTokens: 271_999, outputTokens: 1 })).toBe(271_999 * 2500 + 15_000);
    expect(costNanoUsd(price, { inputTokens: 272_000, outputTokens: 1 })).toBe(272_000 * 5000 + 22_500);
  });

  test("bad input: what is unknown stays unknown and is never 0", () => {
    const price = entry({ input: "2", output: "8" });
    expect(costNanoUsd(undefined, { inputTokens: 1, outputTokens: 1 })).toBeUndefined();
    expect(costNanoUsd(price, undefined)).toBeUndefined();
    expect(costNanoUsd(price, { inputTokens: 10, cachedInputTokens: 4, outputTokens: 1 })).toBeUndefined();
    expect(costNanoUsd(price, { inputTokens: 1, cachedInputTokens: 4, outputTokens: 1 })).toBeUndefined();
    expect(costNanoUsd(price, { inputTokens: -1, outputTokens: 1 })).toBeUndefined();
    expect(costNanoUsd(price, { inputTokens: 1.5, outputTokens: 1 })).toBeUndefined();
    expect(costNanoUsd(price, { inputTokens: Number.NaN, outputTokens: 1 })).toBeUndefined();
  });

  test("bad input: a sum beyond what a number counts exactly throws", () => {
    const price = entry({ input: "999999", output: "0" });
    expect(() => costNanoUsd(price, { inputTokens: Number.MAX_SAFE_INTEGER, outputTokens: 0 })).toThrow(
      /cannot be counted/,
    );
  });

  test("agrees with exact fractions, and is additive where nothing is rounded", () => {
    const price = fc.tuple(fc.integer({ min: 0, max: 999_999 }), fc.integer({ min: 0, max: 999 }));
    const tokens = fc.integer({ min: 0, max: 1_000_000 });
    fc.assert(
      fc.property(price, price, tokens, tokens, ([whole, milli], [whole2, milli2], inputs, outputs) => {
        const decimal = (a: number, b: number) => `${a}.${String(b).padStart(3, "0")}`;
        const cost = costNanoUsd(entry({ input: decimal(whole, milli), output: decimal(whole2, milli2) }), {
          inputTokens: inputs,
          outputTokens: outputs,
        });
        const exact = BigInt(inputs) * BigInt(whole * 1000 + milli) + BigInt(outputs) * BigInt(whole2 * 1000 + milli2);
        expect(cost).toBe(Number(exact));
      }),
    );
  });
});

describe("priceOf", () => {
  const book = PriceBook.parse({
    schema: "assay/prices/v1",
    entries: [
      entry({ input: "3", output: "9" }),
      entry({ input: "2", output: "8" }, { effectiveFrom: "2026-06-01" }),
      entry({ input: "5", output: "15" }, { version: "2025-01-01" }),
    ],
    deployments: { "team-chat": "m@2025-01-01", plain: "m" },
  });

  test("the latest entry that is in effect on the UTC day counts", () => {
    expect(priceOf(book, "m", new Date("2025-12-31T23:59:59Z"))).toBeUndefined();
    expect(priceOf(book, "m", new Date("2026-01-01T00:00:00Z"))?.usd.input).toBe("3");
    expect(priceOf(book, "m", new Date("2026-05-31T23:59:59Z"))?.usd.input).toBe("3");
    expect(priceOf(book, "m", new Date("2026-06-01T00:00:00Z"))?.usd.input).toBe("2");
  });

  test("a version's own entry wins, in either way of writing, and a version without one has the model's price", () => {
    expect(priceOf(book, "m@2025-01-01", day)?.usd.input).toBe("5");
    expect(priceOf(book, "m-2025-01-01", day)?.usd.input).toBe("5");
    expect(priceOf(book, "M@2026-02-02", day)?.usd.input).toBe("2");
  });

  test("deployments may be named unlike their model", () => {
    expect(priceOf(book, "team-chat", day)?.usd.input).toBe("5");
    expect(priceOf(book, "plain", day)?.usd.input).toBe("2");
    expect(priceOf(book, "constructor", day)).toBeUndefined();
    expect(priceOf(book, "m-turbo", day)).toBeUndefined();
  });

  test("bad input: prices are decimals as text", () => {
    for (const bad of ["", "1.", ".5", "-1", "1e3", "1,5", "01", "NaN", "1.0000000000001"]) {
      expect(Decimal.safeParse(bad).success, bad).toBe(false);
    }
    expect(
      PriceBook.safeParse({
        schema: "assay/prices/v1",
        entries: [{ ...entry({ input: "1", output: "1" }), usd: { input: 1, output: 1 } }],
      }).success,
    ).toBe(false);
  });
});

describe("the default book", () => {
  test("knows the first gpt-4o apart from the later ones", () => {
    expect(priceOf(defaultPriceBook, "gpt-4o-2024-05-13", day)?.usd).toEqual({ input: "5", output: "15" });
    expect(priceOf(defaultPriceBook, "gpt-4o-2024-11-20", day)?.usd.input).toBe("2.5");
  });

  test("is plausible: cached input costs at most input, input at most output, long calls at least short ones", () => {
    for (const { model, usd, longContext } of defaultPriceBook.entries) {
      expect(Number(usd.cachedInput ?? usd.input), model).toBeLessThanOrEqual(Number(usd.input));
      expect(Number(usd.input), model).toBeLessThanOrEqual(Number(usd.output));
      if (longContext) expect(Number(longContext.usd.input), model).toBeGreaterThanOrEqual(Number(usd.input));
    }
  });

  test("has each model and version once a day", () => {
    const keys = defaultPriceBook.entries.map(
      ({ model, version, effectiveFrom }) => `${model} ${version} ${effectiveFrom}`,
    );
    expect(new Set(keys).size).toBe(keys.length);
  });
});
