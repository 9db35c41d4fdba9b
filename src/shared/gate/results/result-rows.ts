import * as z from "zod";
import { InvalidInputError } from "../../errors.ts";

/** Squares of what is larger, and sums of those, are soon no number. */
const most = 1e100;
const error = "a score is a finite number of at most 1e100, true, false or null";
const score = z.union(
  [z.number().refine((value) => Math.abs(value) <= most, error), z.boolean().transform(Number), z.null()],
  { error },
);

/** A line of results that were made elsewhere; null is a missing score, and so is a metric that is not there. */
export const ResultRow = z.object({
  id: z.union([z.string().min(1), z.number()]).transform(String),
  repeat: z.int().min(0).optional(),
  metrics: z.record(z.string(), score),
});
export type ResultRow = z.infer<typeof ResultRow>;

/** One side's results by case: its repeats in order, each with its scores. */
export type Results = Map<string, Record<string, number | null>[]>;

/** Takes rows up one by one. `where` is the row's place, for errors. @throws InvalidInputError where a case's repeat is there twice */
export function createResults(): { results: Results; take(row: ResultRow, where: string): void } {
  const results: Results = new Map();
  const places = new Map<string, string>();
  return {
    results,
    take({ id, repeat, metrics }, where) {
      const repeats = results.get(id) ?? [];
      const key = JSON.stringify([id, repeat ?? 0]);
      const before = places.get(key);
      if (before !== undefined)
        throw new InvalidInputError(
          repeat === undefined
            ? `${where}: the id "${id}" is also that of ${before}; number samples of one case with \`repeat\`, or give each case its own id.`
            : `${where}: repeat ${repeat} of "${id}" is also at ${before}; leave one of them out.`,
        );
      places.set(key, where);
      repeats.push(metrics);
      results.set(id, repeats);
    },
  };
}

export function metricNames(results: Results): string[] {
  return [...new Set([...results.values()].flat().flatMap((metrics) => Object.keys(metrics)))];
}
