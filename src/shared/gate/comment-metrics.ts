import type { MetricVerdict, SegmentResult, Verdict } from "./comparison.ts";
import type { Block } from "./fit-blocks.ts";
import { code, details, html, inline, table } from "./markdown.ts";
import type { GateReport, JudgedComparison } from "./report.ts";
import { changeText, count, intervalText, limitText, listed, meanText } from "./units.ts";

export const verdictWords: Record<Verdict, string> = {
  pass: "✅ pass",
  regressed: "❌ regressed",
  inconclusive: "⚠️ inconclusive",
  notEvaluated: "⏳ not evaluated",
};

const mostTables = 4;
const mostListed = 40;
const mostCases = 10;

/** A table for every suite and prompt, those that decide first; what passes is folded where there are several. */
export function metricBlock({ comparisons }: GateReport): Block {
  const ranked = comparisons.toSorted((a, b) => rankOf(a) - rankOf(b));
  if (ranked.length < 2)
    return { name: "the metrics", texts: ranked.map((own) => `${heading(own, ranked)}\n\n${body(own)}`) };
  const tables = (most: number) =>
    ranked
      .slice(0, most)
      .map((own, index) =>
        own.verdict.verdict === "pass" || own.advisory || index >= mostTables
          ? details(summary(own, ranked), body(own))
          : `${heading(own, ranked)}\n\n${body(own)}`,
      );
  const overview = [
    ...ranked.slice(0, mostListed).map((own) => `- ${verdictWords[own.verdict.verdict]}: ${nameOf(own, ranked)}`),
    ...(ranked.length > mostListed ? [`- … and ${ranked.length - mostListed} more`] : []),
  ].join("\n");
  const variants = [ranked.length, 12, mostTables, 1].filter((most, index) => index === 0 || most < ranked.length);
  return {
    name: "the metrics",
    texts: [...variants.map((most) => [overview, ...tables(most)].join("\n\n")), overview],
  };
}

function rankOf({ verdict, advisory }: JudgedComparison): number {
  return ["regressed", "notEvaluated", "inconclusive", "pass"].indexOf(verdict.verdict) + (advisory ? 10 : 0);
}

function nameOf(comparison: JudgedComparison, all: readonly JudgedComparison[]): string {
  const { suite, prompt, advisory } = comparison;
  return `${code(suite)} on ${code(prompt)}${underWhose(comparison, all)}${advisory ? " (advisory: does not decide)" : ""}`;
}

function underWhose(comparison: JudgedComparison, all: readonly JudgedComparison[]): string {
  const { suite, prompt, rules } = comparison;
  const twice = all.some((other) => other !== comparison && other.suite === suite && other.prompt === prompt);
  if (!twice) return "";
  return rules === "base" ? ", under the base's rules" : ", under the pull request's own rules";
}

function sizeOf({ cases, repeats, unchangedCases, isNew }: JudgedComparison): string {
  const same = unchangedCases > 0 ? `; ${count(unchangedCases, "case")} with the same request on both sides` : "";
  const fresh = isNew ? "; new, so judged on absolute thresholds, and becomes its own baseline" : "";
  return `${count(cases, "case")} × ${count(repeats, "repeat")}${same}${fresh}`;
}

function heading(comparison: JudgedComparison, all: readonly JudgedComparison[]): string {
  return `**${nameOf(comparison, all)}** (${sizeOf(comparison)})`;
}

function summary(comparison: JudgedComparison, all: readonly JudgedComparison[]): string {
  const { suite, prompt, verdict, advisory } = comparison;
  const under = underWhose(comparison, all);
  return `${verdictWords[verdict.verdict]}: <code>${html(suite, 120)}</code> on <code>${html(prompt, 120)}</code>${under}${advisory ? " (advisory)" : ""} (${sizeOf(comparison)})`;
}

function body(comparison: JudgedComparison): string {
  const { metrics } = comparison.verdict;
  if (metrics.length === 0) return inline(comparison.verdict.reason);
  const rank = ({ primary, judged }: MetricVerdict) => (primary ? 0 : judged ? 1 : 2);
  const rows = metrics.toSorted((a, b) => rank(a) - rank(b)).map(row);
  const shown = table(
    ["metric", "base", "head", "difference (95 % interval)", "floor", "margin", "verdict"],
    rows,
    "lrrrrrl",
  );
  return [shown, legend(metrics), notes(comparison)].filter(Boolean).join("\n\n");
}

function row(metric: MetricVerdict): string[] {
  const { name, primary, better, comparison, headMean, floor, margin } = metric;
  const bound = floor ? `${better === "higher" ? "≥" : "≤"} ${meanText(metric, floor.threshold)}` : "–";
  return [
    `${code(name, 60)} ${better === "higher" ? "↑" : "↓"}${primary ? " **primary**" : ""}`,
    meanText(metric, comparison?.baseMean),
    meanText(metric, comparison?.headMean ?? headMean),
    difference(metric),
    bound,
    limitText(metric, margin),
    verdictCell(metric),
  ];
}

function difference(metric: MetricVerdict): string {
  const { comparison, compared } = metric;
  if (compared === false) return "not compared";
  if (!comparison) return "–";
  const interval = intervalText(metric, comparison);
  return `${changeText(metric, comparison.rawDifference)}${interval ? `<br>(${interval})` : ""}`;
}

function verdictCell({ judged, compared, verdict }: MetricVerdict): string {
  if (judged) return verdictWords[verdict];
  return compared === false ? "not compared" : "shown only";
}

function legend(metrics: readonly MetricVerdict[]): string {
  const said = [
    ...(["higher", "lower"] as const)
      .filter((better) => metrics.some((metric) => metric.better === better))
      .map((better) => `${better === "higher" ? "↑" : "↓"} ${better} is better`),
    ...(metrics.some(({ judged, compared }) => !judged && compared !== false) ? ["“shown only” does not block"] : []),
    ...(metrics.some(({ compared }) => compared === false)
      ? ["“not compared”: the base's figures are from another run, so time says nothing of the change"]
      : []),
  ];
  return `<sub>${said.join(" · ")}</sub>`;
}

function notes({ verdict }: JudgedComparison): string {
  const judged = verdict.metrics.filter((metric) => metric.judged);
  const failures = judged.flatMap(({ mustPassFailures }) => mustPassFailures);
  const missing = [...new Set(judged.flatMap((metric) => metric.missing))];
  const lines = [
    ...judged
      .filter((metric) => metric.verdict !== "pass")
      .map(({ name, reason }) => (reason.startsWith(name) ? inline(reason) : `${code(name, 60)}: ${inline(reason)}`)),
    ...judged.filter((metric) => metric.verdict === "regressed").flatMap(bySegment),
    ...failures.slice(0, mostCases).map(({ caseId, metric, passed, repeats, baseFails }) => {
      const before = baseFails ? " (the base fails it too)" : "";
      return `must pass: case ${code(caseId)} passed ${code(metric, 60)} in ${passed} of ${repeats} repeats${before}`;
    }),
    ...(failures.length > mostCases ? [`… and ${failures.length - mostCases} more cases that must pass`] : []),
    ...(missing.length > 0
      ? [
          `without a score, so left out on both sides: ${listed(
            missing.slice(0, 1000).map((id) => code(id)),
            mostCases,
          )}`,
        ]
      : []),
    ...(verdict.metrics.length > 0 && judged.length === 0 ? [inline(verdict.reason)] : []),
  ];
  return lines.map((line) => `- ${line}`).join("\n");
}

/** Where a metric moved most, the worst first. */
function bySegment(metric: MetricVerdict): string[] {
  if (metric.segments.length === 0) return [];
  const worst = metric.segments.toSorted((a, b) => a.difference - b.difference).slice(0, 5);
  const said = ({ dimension, value, rawDifference, cases }: SegmentResult) =>
    `${inline(dimension, 60)} ${inline(value, 60)} ${changeText(metric, rawDifference)} (${count(cases, "case")})`;
  return [`${code(metric.name, 60)} by segment: ${worst.map(said).join(", ")}`];
}
