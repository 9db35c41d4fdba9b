import * as z from "zod";
import type { FilterSeverity } from "../evals/sample.ts";

/** What the content filter says, by category [Azure OpenAI: content_filter_results]; the rest of it is not read. */
export const FilterResults = z.record(z.string(), z.unknown());
export type FilterResults = z.infer<typeof FilterResults>;

const severities = ["safe", "low", "medium", "high"] as const satisfies readonly FilterSeverity[];
const Flagged = z.object({ filtered: z.literal(true) });
const Graded = z.object({ severity: z.enum(severities) });

export function filterCategories(results: FilterResults | undefined): { filterCategories?: string[] } {
  const flagged = Object.entries(results ?? {}).filter(([, result]) => Flagged.safeParse(result).success);
  return flagged.length ? { filterCategories: flagged.map(([category]) => category).sort() } : {};
}

/** The worst grade of each category over prompt and answer; what the provider does not grade is not there. */
export function filterSeverities(all: (FilterResults | null | undefined)[]): {
  filterSeverities?: Record<string, FilterSeverity>;
} {
  const worst = new Map<string, FilterSeverity>();
  for (const [category, result] of all.flatMap((results) => Object.entries(results ?? {}))) {
    const graded = Graded.safeParse(result);
    if (!graded.success) continue;
    const { severity } = graded.data;
    if (severities.indexOf(severity) >= severities.indexOf(worst.get(category) ?? "safe"))
      worst.set(category, severity);
  }
  const sorted = [...worst].sort(([a], [b]) => (a < b ? -1 : 1));
  return sorted.length ? { filterSeverities: Object.fromEntries(sorted) } : {};
}
