import { tQuantile } from "./distributions.ts";
import type { Interval } from "./interval.ts";
import { mean, variance } from "./paired.ts";

/** Standard errors of a mean of dependent values, in the values' unit. */
export interface ClusteredSummary {
  n: number;
  clusters: number;
  mean: number;
  /** As if all values were independent (n - 1). */
  independent: number;
  /** Miller, arXiv 2411.00640 §2.2: the independent variance plus the products within clusters. */
  miller: number;
  /** Sandwich without small-sample correction (CR0). */
  cr0: number;
  /** CR0 times C/(C - 1), as Inspect's `stderr(cluster=…)`; use this one. Undefined for a single cluster. */
  cr1: number | undefined;
  /** C - 1. */
  degreesOfFreedom: number;
  /** Two-sided t interval with `cr1`. */
  interval: Interval | undefined;
}

/** Mean and standard errors of values that are dependent within clusters. */
export function clustered(values: number[], cluster: (string | number)[], level = 0.95): ClusteredSummary {
  const n = values.length;
  const center = mean(values);
  const sums = new Map<string | number, { sum: number; squares: number }>();
  for (const [i, value] of values.entries()) {
    const key = cluster[i] ?? i;
    const own = sums.get(key) ?? { sum: 0, squares: 0 };
    sums.set(key, { sum: own.sum + value - center, squares: own.squares + (value - center) ** 2 });
  }
  const groups = [...sums.values()];
  const within = groups.reduce((total, { sum, squares }) => total + sum ** 2 - squares, 0);
  const squared = groups.reduce((total, { sum }) => total + sum ** 2, 0);
  const cr1 = groups.length < 2 ? undefined : Math.sqrt((groups.length / (groups.length - 1)) * squared) / n;
  const half = cr1 === undefined ? undefined : tQuantile((1 + level) / 2, groups.length - 1) * cr1;
  return {
    n,
    clusters: groups.length,
    mean: center,
    independent: Math.sqrt(variance(values) / n),
    miller: Math.sqrt(variance(values) / n + within / n ** 2),
    cr0: Math.sqrt(squared) / n,
    cr1,
    degreesOfFreedom: groups.length - 1,
    interval: half === undefined ? undefined : { low: center - half, high: center + half, level, sides: "two" },
  };
}
