import type { Interval } from "./interval.ts";
import { wilson } from "./proportion.ts";

/** Paired pass/fail counts: both pass, only the first, only the second, neither. */
export interface PairedCounts {
  both: number;
  onlyFirst: number;
  onlySecond: number;
  neither: number;
}

/**
 * Two-sided interval of the first side's pass rate less the second's. Source: Newcombe 1998 (Stat Med 17:2635), method
 * 10: Wilson's limits on each side, their correlation taken from the table.
 */
export function newcombe(counts: PairedCounts, level = 0.95): Interval & { difference: number } {
  const { both: a, onlyFirst: b, onlySecond: c, neither: d } = counts;
  const n = a + b + c + d;
  const difference = (b - c) / n;
  const [p1, p2] = [(a + b) / n, (a + c) / n];
  const [first, second] = [wilson(a + b, n, level), wilson(a + c, n, level)];
  const phi = correlationOf(a, b, c, d, n);
  const width = (x: number, y: number) => Math.sqrt(Math.max(0, x * x - 2 * phi * x * y + y * y));
  return {
    difference,
    low: difference - width(p1 - first.low, second.high - p2),
    high: difference + width(first.high - p1, p2 - second.low),
    level,
    sides: "two",
  };
}

/** φ of the table, with Newcombe's correction: n/2 is taken off a positive numerator, to no less than 0. */
function correlationOf(a: number, b: number, c: number, d: number, n: number): number {
  const product = (a + b) * (c + d) * (a + c) * (b + d);
  if (product === 0) return 0;
  const numerator = a * d - b * c;
  return (numerator > 0 ? Math.max(numerator - n / 2, 0) : numerator) / Math.sqrt(product);
}
