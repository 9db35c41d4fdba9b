import { type MustPassNaming, mustPassNotes, nameMustPass } from "./comment-must-pass.ts";
import type { MetricVerdict, SegmentResult, Verdict } from "./comparison.ts";
import type { Block } from "./fit-blocks.ts";
import { floorPhrase, inconclusiveHeadline, namesCase, regressedHeadline } from "./headline.ts";
import { code, details, html, inline, table } from "./markdown.ts";
import type { GateReport, JudgedComparison } from "./report.ts";
import { changeText, count, intervalText, limitText, meanText } from "./units.ts";

export const verdictWords: Record<Verdict, string> = {
  pass: "✅ pass",
  regressed: "❌ regressed",
  inconclusive: "⚠️ inconclusive",
  notEvaluated: "⏳ not evaluated",
};

/** Keeps a number with its unit. */
const nbsp = "\u00a0";

const mostTables = 4;
const mostListed = 20;
const mostCases = 10;

/** A table for every suite and prompt, those that decide first; what passes is folded where there are several. */
export function metricBlock(report: GateReport): Block {
  const name = "the metrics";
  const ranked = report.comparisons.toSorted((a, b) => rankOf(a) - rankOf(b));
  const mustPass = nameMustPass(report, ranked);
  const single = new Set(ranked.map(({ suite, prompt }) => JSON.stringify([suite, prompt]))).size < 2;
  const isFolded = (own: JudgedComparison, index: number) =>
    index > 0 && (own.verdict.verdict === "pass" || own.advisory || index >= mostTables);
  const tables = (most: number) => {
    const open = ranked.filter((own, index) => !isFolded(own, index)).slice(0, most);
    const folded = ranked
      .filter(isFolded)
      .slice(0, most - open.length)
      .map((own) => details(summary(own, ranked), body(own, single, mustPass.get(own))));
    const rest =
      folded.length > mostTables ? [details(`${count(folded.length, "more run")}`, folded.join("\n\n"))] : folded;
    return [...open.map((own) => `${heading(own, ranked)}\n\n${body(own, single, mustPass.get(own))}`), ...rest].join(
      "\n\n",
    );
  };
  if (single) return { name, texts: [tables(ranked.length)] };
  const overview = overviewOf(ranked);
  const variants = [ranked.length, 12, mostTables, 1].filter((most, index) => index === 0 || most < ranked.length);
  return { name, texts: [...variants.map((most) => `${overview}\n\n${tables(most)}`), overview] };
}

/** A line for every run that does not pass, and one for those that do. */
function overviewOf(ranked: readonly JudgedComparison[]): string {
  const open = ranked.filter(({ verdict }) => verdict.verdict !== "pass");
  const passed = ranked.filter(({ verdict }) => verdict.verdict === "pass");
  const named = passed.slice(0, mostTables).map((own) => nameOf(own, ranked));
  return [
    ...open.slice(0, mostListed).map((own) => `- ${verdictWords[own.verdict.verdict]}: ${nameOf(own, ranked)}`),
    ...(open.length > mostListed ? [`- … and ${open.length - mostListed} more that do not pass`] : []),
    ...(passed.length > mostTables
      ? [`- ${verdictWords.pass}: ${count(passed.length, open.length > 0 ? "other run" : "run")}`]
      : named.map((own) => `- ${verdictWords.pass}: ${own}`)),
  ].join("\n");
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

function sizeOf({ cases, repeats, unchangedCases, isNew, repinned }: JudgedComparison): string {
  const same = repinned
    ? "; the same requests and answers on both sides, for no request carries the pinned version"
    : unchangedCases > 0
      ? `; ${count(unchangedCases, "case")} with the same request on both sides`
      : "";
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

function body(comparison: JudgedComparison, alone: boolean, mustPass: MustPassNaming | undefined): string {
  const { metrics } = comparison.verdict;
  if (metrics.length === 0) return inline(comparison.verdict.reason);
  const rank = ({ primary, judged }: MetricVerdict) => (primary ? 0 : judged ? 1 : 2);
  const rows = metrics.toSorted((a, b) => rank(a) - rank(b)).map(row);
  const shown = table(
    ["metric", "base", "head", `difference<br>(95${nbsp}%${nbsp}interval)`, "floor", "margin", "verdict"],
    rows,
    "lrrrrrl",
  );
  return [shown, legend(metrics), notes(comparison, alone, mustPass)].filter(Boolean).join("\n\n");
}

function row(judged: MetricVerdict): string[] {
  const metric = withSafeUnit(judged);
  const { name, primary, better, comparison, headMean, floor, margin } = metric;
  const bound = floor ? `${better === "higher" ? "≥" : "≤"} ${meanText(metric, floor.threshold)}` : "–";
  const numbers = [
    meanText(metric, comparison?.baseMean),
    meanText(metric, comparison?.headMean ?? headMean),
    difference(metric),
    bound,
    limitText(metric, margin),
  ];
  return [
    `${code(name, 60)}${nbsp}${better === "higher" ? "↑" : "↓"}${primary ? " **primary**" : ""}`,
    ...numbers.map((cell) => cell.replaceAll(" ", nbsp)),
    verdictCell(metric),
  ];
}

/** A unit is a suite's text too. */
export function withSafeUnit(metric: MetricVerdict): MetricVerdict {
  return metric.unit === undefined ? metric : { ...metric, unit: inline(metric.unit, 20) };
}

function difference(metric: MetricVerdict): string {
  const { comparison, compared } = metric;
  if (compared === false) return "not compared";
  if (!comparison) return "–";
  const interval = intervalText(metric, comparison);
  return `${changeText(metric, comparison.rawDifference)}${interval ? `<br>(${interval})` : ""}`;
}

function verdictCell({ judged, compared, verdict, advises }: MetricVerdict): string {
  if (judged) return verdictWords[verdict];
  if (advises !== undefined) return inline(advises, 120);
  return compared === false ? "not compared" : "shown only";
}

function legend(metrics: readonly MetricVerdict[]): string {
  const said = [
    ...(["higher", "lower"] as const)
      .filter((better) => metrics.some((metric) => metric.better === better))
      .map((better) => `${better === "higher" ? "↑" : "↓"} ${better} is better`),
    ...(metrics.some(({ judged, compared, advises }) => !judged && compared !== false && advises === undefined)
      ? ["“shown only” does not block"]
      : []),
    ...(metrics.some(({ advises }) => advises !== undefined)
      ? ["“advises” does not block: its judge is not calibrated against people's labels"]
      : []),
    ...(metrics.some(({ compared }) => compared === false)
      ? ["“not compared”: the base's figures are from an earlier run"]
      : []),
  ];
  return `<sub>${said.join(" · ")}</sub>`;
}

function notes({ verdict }: JudgedComparison, alone: boolean, mustPass: MustPassNaming | undefined): string {
  const judged = verdict.metrics.filter((metric) => metric.judged);
  const open = judged.filter((metric) => metric.verdict !== "pass");
  // Cases that must pass have lines of their own.
  const said = open.filter((metric) => metric.verdict !== "regressed" || !namesCase(metric));
  const missing = [...new Set(judged.flatMap((metric) => metric.missing))];
  const lines = [
    // The comment's first line says it of a metric that is alone.
    ...(alone && open.length === 1 && verdict.verdict !== "notEvaluated" ? [] : said.map(metricNote)),
    ...open.filter((metric) => metric.verdict === "regressed").flatMap(bySegment),
    ...(mustPass ? mustPassNotes(mustPass) : []),
    ...judged.filter(({ floor }) => floor?.inherited && floor.verdict === "regressed").map(inheritedNote),
    ...(missing.length > 0 ? [`without a score, so left out on both sides: ${namedCases(missing)}`] : []),
    ...(verdict.metrics.length > 0 && judged.length === 0 ? [inline(verdict.reason)] : []),
  ];
  return lines.map((line) => `- ${line}`).join("\n");
}

/** A floor that was missed before: no request changed, so it is told and does not block. */
function inheritedNote(metric: MetricVerdict): string {
  const mean = meanText(withSafeUnit(metric), metric.floor?.mean);
  return `${code(metric.name, 60)} is ${mean}, floor ${floorPhrase(withSafeUnit(metric))}`;
}

function metricNote(metric: MetricVerdict): string {
  if (metric.verdict === "regressed") return inline(regressedHeadline(metric));
  if (metric.verdict === "inconclusive") return inline(inconclusiveHeadline(metric));
  const { name, reason } = metric;
  return reason.startsWith(name) ? inline(reason) : `${code(name, 60)}: ${inline(reason)}`;
}

function namedCases(ids: readonly string[]): string {
  const named = ids.slice(0, mostCases).map((id) => code(id));
  return `${named.join(", ")}${ids.length > mostCases ? ` and ${ids.length - mostCases} more` : ""}`;
}

/** Where a metric moved most, the worst first. */
function bySegment(judged: MetricVerdict): string[] {
  const metric = withSafeUnit(judged);
  if (metric.segments.length === 0) return [];
  const worst = metric.segments.toSorted((a, b) => a.difference - b.difference).slice(0, 5);
  const said = ({ dimension, value, rawDifference, cases }: SegmentResult) =>
    `${inline(dimension, 60)} ${inline(value, 60)} ${changeText(metric, rawDifference)} (${count(cases, "case")})`;
  return [`${code(metric.name, 60)} by segment: ${worst.map(said).join(", ")}`];
}
