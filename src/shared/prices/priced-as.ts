import type { PriceBook } from "./price-book.ts";

/** A book that knows deployments by the models that they run; what it says of one itself stays. */
export function pricedAs(
  book: PriceBook,
  runs: readonly { models?: Readonly<Record<string, string>> | undefined }[],
): PriceBook {
  const models = Object.fromEntries(runs.flatMap((run) => Object.entries(run.models ?? {})));
  return Object.keys(models).length === 0 ? book : { ...book, deployments: { ...models, ...book.deployments } };
}
