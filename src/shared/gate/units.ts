import type { DifferenceResult, MetricVerdict } from "./comparison.ts";

type Measured = Pick<MetricVerdict, "name" | "scale" | "unit">;

/** A mean for people: percent of a fraction, or a number with its unit. */
export function meanText(metric: Measured, value: number | undefined): string {
  if (value === undefined || !Number.isFinite(value)) return "–";
  if (metric.scale !== "number") return `${trimmed(value * 100, 1)} %`;
  return withUnit(metric, value);
}

/** Base to head as it stands: "−12.4 points", "+0.31 s". */
export function changeText(metric: Measured, value: number): string {
  if (metric.scale === "number") return `${sign(value)}${withUnit(metric, Math.abs(value))}`;
  return `${signed(value * 100, 1)} points`;
}

/** The interval of a change, without its unit: "−16.9 to −8.1"; undefined where there is none. */
export function intervalText(
  metric: Measured & Pick<MetricVerdict, "better">,
  { interval }: DifferenceResult,
): string | undefined {
  if (!interval) return undefined;
  // The interval is of the signed difference, where negative is a loss whatever direction is better.
  const [low, high] = metric.better === "higher" ? [interval.low, interval.high] : [-interval.high, -interval.low];
  if (metric.scale !== "number") return `${signed(low * 100, 1)} to ${signed(high * 100, 1)}`;
  const bare = (value: number) =>
    withUnit({ ...metric, unit: isMoney(metric) ? "USD" : "" }, Math.abs(value)).replace("$", "");
  return `${sign(low)}${bare(low)} to ${sign(high)}${bare(high)}`;
}

/** A margin, a loss or a minimal detectable effect, without a sign: "5 points", "0.2 s". */
export function limitText(metric: Measured, value: number | undefined): string {
  if (value === undefined || !Number.isFinite(value)) return "–";
  if (metric.scale === "number") return withUnit(metric, value);
  const points = trimmed(value * 100, 1);
  return `${points} ${points === "1" ? "point" : "points"}`;
}

const isMoney = ({ name, unit }: { name: string; unit?: string | undefined }) =>
  unit === "USD" || (unit === undefined && name === "cost");

function withUnit({ name, unit }: Measured, value: number): string {
  if (isMoney({ name, unit })) return usd(value * 1e9);
  const suffix = unit ?? (name === "latency" ? "s" : "");
  return suffix ? `${sensible(value)} ${suffix}` : sensible(value);
}

/** Three digits that say something: 1,234; 12.3; 0.0123. */
function sensible(value: number): string {
  if (value === 0) return "0";
  const digits = Math.min(12, Math.max(0, 2 - Math.floor(Math.log10(Math.abs(value)))));
  return Number(value.toFixed(digits)).toLocaleString("en-US", { maximumFractionDigits: 12 });
}

/** Integer nano-USD as dollars, with the digits that say something. */
export function usd(nanoUsd: number): string {
  const dollars = nanoUsd / 1e9;
  if (Math.abs(dollars) >= 1000) return `$${Math.round(dollars).toLocaleString("en-US")}`;
  const digits = dollars === 0 ? 2 : Math.min(9, Math.max(2, 1 - Math.floor(Math.log10(Math.abs(dollars)))));
  return `$${dollars.toFixed(digits)}`;
}

/** Milliseconds for people: "840 ms", "2.41 s". */
export function duration(ms: number): string {
  return ms < 1000 ? `${Math.round(ms)} ms` : `${trimmed(ms / 1000, ms < 10_000 ? 2 : 1)} s`;
}

/** By how many percent the head differs from the base: "+25 %"; undefined where the base is nothing. */
export function percentChange(base: number | undefined, head: number | undefined): string | undefined {
  if (base === undefined || head === undefined || base === 0) return undefined;
  const change = (head / base - 1) * 100;
  return Number.isFinite(change) ? `${signed(change, Math.abs(change) < 10 ? 1 : 0)} %` : undefined;
}

export function trimmed(value: number, digits: number): string {
  return Number(value.toFixed(digits)).toLocaleString("en-US", { maximumFractionDigits: digits });
}

function signed(value: number, digits: number): string {
  const shown = Number(value.toFixed(digits));
  return `${sign(shown)}${trimmed(Math.abs(shown), digits)}`;
}

const sign = (value: number) => (value > 0 ? "+" : value < 0 ? "−" : "±");

export function count(n: number, one: string, many = `${one}s`): string {
  return `${n.toLocaleString("en-US")} ${n === 1 ? one : many}`;
}

/** "a, b, c and 4 more". */
export function listed(items: readonly string[], most: number): string {
  const rest = items.length - most;
  return rest > 0 ? `${items.slice(0, most).join(", ")} and ${rest.toLocaleString("en-US")} more` : items.join(", ");
}
