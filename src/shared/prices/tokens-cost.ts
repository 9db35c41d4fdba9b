import { costNanoUsd, type PriceBook, priceOf } from "./price-book.ts";

/**
 * Integer nano-USD of the tokens of many calls together, all at the usual price: which calls were long, or had cached input, a
 * sum does not tell. Undefined where the price is unknown.
 */
export function tokensCost(
  book: PriceBook,
  model: string,
  { input, output }: { input: number; output: number },
  at: Date,
): number | undefined {
  const found = priceOf(book, model, at);
  if (!found) return undefined;
  const { longContext: _, ...price } = found;
  return costNanoUsd(price, { inputTokens: input, outputTokens: output });
}
