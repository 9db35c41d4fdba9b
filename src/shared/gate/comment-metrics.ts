import type { MetricVerdict } from "./comparison.ts";
import { code, inline, table } from "./markdown.ts";
import type { GateReport, JudgedComparison } from "./report.ts";
import { changeText, count, limitText, meanText } from "./units.ts";

const words = {
  pass: "pass",
  regressed: "**regressed**",
  inconclusive: "inconclusive",
  notEvaluated: "not evaluated",
} as const;

/** A table for every suite and prompt, the deciding rules first. */
export function metricSections({ comparisons }: GateReport): string[] {
  return comparisons.map(
    (comparison) =>
      `${heading(comparison, comparisons)}\n\n${metricTable(comparison)}${segments(comparison)}${mustPass(comparison)}`,
  );
}

function heading(comparison: JudgedComparison, all: readonly JudgedComparison[]): string {
  const { suite, prompt, rules, isNew, advisory, cases, repeats, unchangedCases } = comparison;
  const twice = all.some((other) => other !== comparison && other.suite === suite && other.prompt === prompt);
  const under = twice ? (rules === "base" ? ", under the base's rules" : ", under the pull request's own rules") : "";
  const unchanged =
    unchangedCases > 0 && unchangedCases < cases ? `; ${unchangedCases} with the same request on both sides` : "";
  const note = isNew ? "\nNew: judged on absolute thresholds; it becomes its own baseline." : "";
  const advice = advisory ? ", advisory" : "";
  return `**${code(suite)} on ${code(prompt)}${under}${advice}** (${count(cases, "case")} × ${count(repeats, "repeat")}${unchanged})${note}`;
}

function metricTable({ verdict }: JudgedComparison): string {
  const rank = ({ primary, blocking }: MetricVerdict) => (primary ? 0 : blocking ? 1 : 2);
  const rows = [...verdict.metrics].sort((a, b) => rank(a) - rank(b)).map(row);
  return table(["metric", "base", "head", "difference (95 %)", "floor", "margin", "verdict"], rows);
}

function row(metric: MetricVerdict): string[] {
  const { name, primary, better, comparison, headMean, floor, margin, blocking, judged, verdict } = metric;
  const arrow = better === "higher" ? "↑" : "↓";
  const compared = comparison ? changeText(metric, comparison) : "–";
  return [
    `${code(name)} ${arrow}${primary ? " (primary)" : ""}`,
    meanText(metric, comparison?.baseMean),
    meanText(metric, comparison?.headMean ?? headMean),
    !judged && blocking === false && comparison === undefined ? "not compared" : compared,
    floor ? `${better === "higher" ? "≥" : "≤"} ${meanText(metric, floor.threshold)}` : "–",
    limitText(metric, margin),
    judged ? words[verdict] : "shown only",
  ];
}

function segments({ verdict }: JudgedComparison): string {
  const fallen = verdict.metrics.flatMap((metric) =>
    metric.segments.filter(({ regressed }) => regressed).map(({ reason }) => reason),
  );
  return fallen.length === 0 ? "" : `\n\n${fallen.map((reason) => `- ${inline(reason)}`).join("\n")}`;
}

const mostCases = 10;

function mustPass({ verdict }: JudgedComparison): string {
  const failures = verdict.metrics.flatMap(({ mustPassFailures }) => mustPassFailures);
  const missing = [...new Set(verdict.metrics.filter(({ judged }) => judged).flatMap((metric) => metric.missing))];
  const lines = failures
    .slice(0, mostCases)
    .map(
      ({ caseId, metric, passed, repeats, baseFails }) =>
        `- must pass: ${code(caseId)} passed ${code(metric)} in ${passed} of ${repeats}${baseFails ? " (base fails it too)" : ""}`,
    );
  if (failures.length > mostCases) lines.push(`- … and ${failures.length - mostCases} more`);
  if (missing.length > 0) {
    const named = missing.slice(0, mostCases).map(code).join(", ");
    lines.push(
      `- without a score, and so left out on both sides: ${named}${missing.length > mostCases ? ` and ${missing.length - mostCases} more` : ""}`,
    );
  }
  return lines.length === 0 ? "" : `\n\n${lines.join("\n")}`;
}
