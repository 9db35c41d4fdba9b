import type { MetricVerdict } from "../comparison.ts";
import { listed } from "../units.ts";

/** What is said below a suite's figures: why metrics did not pass, and which cases left for want of a score, on a pass too. */
export function metricNotes(metrics: readonly MetricVerdict[]): string[] {
  const judged = metrics.filter((metric) => metric.judged);
  const missing = [...new Set(judged.flatMap((metric) => metric.missing))];
  return [
    ...judged.filter(({ verdict }) => verdict !== "pass").map(({ reason }) => reason),
    ...(missing.length === 0 ? [] : [`without a score, so left out on both sides: ${listed(missing, 20)}`]),
  ];
}
