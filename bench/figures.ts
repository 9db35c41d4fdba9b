import { cpus } from "node:os";

export interface Figure {
  figure: string;
  value: number;
  unit: string;
  /** The value may be at most this. */
  limit: number;
}

/** One line of JSON a figure, with its limit and the machine's cores. */
export function printFigure({ figure, value, unit, limit }: Figure): boolean {
  const rounded = Number(value.toPrecision(4));
  process.stdout.write(
    `${JSON.stringify({ figure, value: rounded, unit, limit, holds: value <= limit, cores: cpus().length })}\n`,
  );
  return value <= limit;
}

export function quantile(values: readonly number[], p: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.max(0, Math.ceil(p * sorted.length) - 1))] ?? Number.NaN;
}
