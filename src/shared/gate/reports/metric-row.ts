import type { MetricVerdict, Verdict } from "../comparison.ts";
import { changeText, intervalText, limitText, meanText } from "../units.ts";

export const verdictText: Record<Verdict, string> = {
  pass: "pass",
  regressed: "regressed",
  inconclusive: "inconclusive",
  notEvaluated: "not evaluated",
};

/** A metric's figures as texts, the same in every report. */
export interface MetricRow {
  name: string;
  base: string;
  head: string;
  difference: string;
  /** 95 % interval of the difference; of the mean, where there is nothing to compare with. */
  interval: string;
  floor: string;
  margin: string;
  verdict: string;
}

/** The figures that a report shows, with their titles. */
export function figureColumns(kind: string): [keyof MetricRow, string][] {
  const interval: [keyof MetricRow, string] = ["interval", "95 % interval"];
  if (kind === "eval") return [["head", "mean"], interval, ["floor", "floor"]];
  return [
    ["base", "base"],
    ["head", "head"],
    ["difference", "difference"],
    interval,
    ["floor", "floor"],
    ["margin", "margin"],
  ];
}

export function metricRow(metric: MetricVerdict): MetricRow {
  const { name, better, primary, comparison, headMean, floor, margin, compared } = metric;
  const range = compared === false ? undefined : comparison ? intervalText(metric, comparison) : floorInterval(metric);
  return {
    name: `${name} ${better === "higher" ? "↑" : "↓"}${primary ? " *" : ""}`,
    base: meanText(metric, comparison?.baseMean),
    head: meanText(metric, comparison?.headMean ?? headMean),
    difference: compared === false ? "not compared" : comparison ? changeText(metric, comparison.rawDifference) : "–",
    interval: range ?? "–",
    floor: floor ? `${better === "higher" ? "≥" : "≤"} ${meanText(metric, floor.threshold)}` : "–",
    margin: limitText(metric, margin),
    verdict: verdictOf(metric),
  };
}

function verdictOf({ judged, compared, verdict, advises }: MetricVerdict): string {
  if (judged) return verdictText[verdict];
  if (advises !== undefined) return advises;
  return compared === false ? "not compared" : "shown only";
}

function floorInterval(metric: MetricVerdict): string | undefined {
  const interval = metric.floor?.interval;
  return interval && `${meanText(metric, interval.low)} to ${meanText(metric, interval.high)}`;
}

/** The primary metric first, then those that decide, then the others. */
export function ranked(metrics: readonly MetricVerdict[]): MetricVerdict[] {
  const rank = ({ primary, judged }: MetricVerdict) => (primary ? 0 : judged ? 1 : 2);
  return metrics.toSorted((a, b) => rank(a) - rank(b));
}
