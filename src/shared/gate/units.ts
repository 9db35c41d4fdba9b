import type { DifferenceResult, MetricVerdict } from "./comparison.ts";

type Measured = Pick<MetricVerdict, "name" | "scale" | "unit">;

/** A mean for people: percent of a fraction, or a number with its unit. */
export function meanText(metric: Measured, value: number | undefined): string {
  if (value === undefined) return "–";
  if (metric.scale !== "number") return `${trimmed(value * 100, 1)} %`;
  return withUnit(metric, value);
}

/** A change, signed as it stands: points of a fraction, or a number with its unit. */
export function changeText(metric: Measured, result: DifferenceResult): string {
  const sign = (value: number) => (value > 0 ? "+" : value < 0 ? "−" : "±");
  const shown = (value: number) =>
    metric.scale === "number"
      ? `${sign(value)}${withUnit(metric, Math.abs(value))}`
      : `${sign(value)}${trimmed(Math.abs(value) * 100, 1)}`;
  const raw = result.rawDifference;
  const points = metric.scale === "number" ? "" : " points";
  if (!result.interval) return `${shown(raw)}${points}`;
  const flip = Math.sign(raw) === Math.sign(result.difference) ? 1 : -1;
  const ends = [result.interval.low * flip, result.interval.high * flip].sort((a, b) => a - b);
  const [low = 0, high = 0] = ends;
  return `${shown(raw)}${points} (${shown(low)} to ${shown(high)})`;
}

export function limitText(metric: Measured, value: number | undefined): string {
  if (value === undefined) return "–";
  return metric.scale === "number" ? withUnit(metric, value) : `${trimmed(value * 100, 1)} points`;
}

function withUnit({ name, unit }: Measured, value: number): string {
  if (unit === "USD" || name === "cost") return usd(value * 1e9);
  const shown = Math.abs(value) >= 100 ? trimmed(value, 0) : trimmed(value, Math.abs(value) >= 1 ? 2 : 4);
  const suffix = unit ?? (name === "latency" ? "s" : undefined);
  return suffix ? `${shown} ${suffix}` : shown;
}

/** Integer nano-USD as dollars, with the digits that say something. */
export function usd(nanoUsd: number): string {
  const dollars = nanoUsd / 1e9;
  const digits = dollars === 0 ? 2 : Math.min(9, Math.max(2, 2 - Math.floor(Math.log10(Math.abs(dollars)))));
  return `$${dollars.toFixed(digits)}`;
}

export function trimmed(value: number, digits: number): string {
  return String(Number(value.toFixed(digits)));
}

export function count(n: number, one: string, many = `${one}s`): string {
  return `${n.toLocaleString("en-US")} ${n === 1 ? one : many}`;
}
