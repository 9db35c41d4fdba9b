import { stripVTControlCharacters } from "node:util";
import { cut, visible } from "../markdown.ts";
import type { GateReport, JudgedComparison } from "../report.ts";
import { count, duration, listed } from "../units.ts";
import { classLines } from "./class-figures.ts";
import { configurationLines } from "./configuration-text.ts";
import { costText, judgingText } from "./cost-text.ts";
import { metricNotes } from "./metric-notes.ts";
import { figureColumns, metricRow, ranked } from "./metric-row.ts";
import type { FailingSample, RunReport } from "./run-report.ts";

/** Colours a piece of a line, where the terminal takes colours. */
export type Style = (style: "bold" | "dim" | "red" | "green" | "yellow", text: string) => string;

const mostFailing = 10;
const mostFlips = 10;

/** For a terminal. Texts of models and files come through as one line, without control characters. */
export function textReport(run: RunReport, style: Style = (_, text) => text): string {
  const { report, subject, notes } = run;
  const blocks = [
    `${style("bold", subject)}\n${verdictLineOf(run, style)}`,
    notes.map((note) => `! ${plain(note)}`).join("\n"),
    report.edits.map((edit) => `! edits the bar: ${plain(edit)}`).join("\n"),
    report.failures
      .slice(0, 5)
      .map((failure) => `! ${plain(failure)}`)
      .join("\n"),
    configurationLines(report).join("\n"),
    ...report.comparisons.map((own) => comparisonText(own, report, run.kind, style)),
    ...(run.classes ?? []).map((own) => classLines(own).join("\n")),
    flipsText(report, style),
    worstText(report, style),
    failingText(run.failing, style),
    figuresText(report),
  ];
  return `${blocks.filter(Boolean).join("\n\n")}\n`;
}

function verdictLineOf({ report, line }: RunReport, style: Style): string {
  const colours = { pass: "green", regressed: "red", inconclusive: "yellow", notEvaluated: "yellow" } as const;
  return style(colours[report.verdict.verdict], plain(line, 400));
}

function comparisonText(own: JudgedComparison, report: GateReport, kind: RunReport["kind"], style: Style): string {
  const { suite, prompt, cases, repeats, verdict, rules } = own;
  const twice = report.comparisons.some((other) => other !== own && other.suite === suite && other.prompt === prompt);
  const under = twice ? `, under ${rules === "base" ? "base's" : "head's own"} rules` : "";
  const title = `${plain(suite)}${prompt ? ` on ${plain(prompt)}` : ""}${under} (${count(cases, "case")} × ${count(repeats, "repeat")})`;
  const columns = [["name", "metric"] as const, ...figureColumns(kind), ["verdict", ""] as const];
  const rows = ranked(verdict.metrics).map(metricRow);
  const reasons = metricNotes(verdict.metrics).map((note) => `  ${plain(note)}`);
  return [
    style("bold", title),
    table(
      columns.map(([, head]) => head),
      rows.map((row) => columns.map(([key]) => plain(row[key], 60))),
    ),
    ...reasons,
  ].join("\n");
}

function table(head: string[], rows: string[][]): string {
  const widths = head.map((title, i) => Math.max(title.length, ...rows.map((row) => row[i]?.length ?? 0)));
  const line = (cells: string[]) =>
    `  ${cells.map((cell, i) => (i === 0 || i === cells.length - 1 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0))).join("  ")}`.trimEnd();
  return [head, ...rows].map(line).join("\n");
}

function flipsText({ flips }: GateReport, style: Style): string {
  if (flips.length === 0) return "";
  const lines = flips.slice(0, mostFlips).map(({ caseId, metric, direction, baseScore, headScore, headOutput }) => {
    const mark = direction === "passToFail" ? style("red", "lost") : style("green", "won ");
    return `  ${mark} ${plain(caseId, 80)} ${plain(metric, 40)} ${score(baseScore)} → ${score(headScore)}: ${plain(headOutput, 100)}`;
  });
  return [`${style("bold", "Cases that flipped")} (${flips.length})`, ...lines, ...rest(flips.length, mostFlips)].join(
    "\n",
  );
}

function worstText({ worst = [] }: GateReport, style: Style): string {
  if (worst.length === 0) return "";
  const lines = worst.slice(0, mostFlips).map(({ caseId, metric, kind, baseScore, headScore, headOutput }) => {
    const scores = [...(baseScore === undefined ? [] : [score(baseScore)]), score(headScore)].join(" → ");
    const mark = style("red", kind === "fails" ? "fails" : "fell ");
    return `  ${mark} ${plain(caseId, 80)} ${plain(metric, 40)} ${scores}: ${plain(headOutput, 100)}`;
  });
  return [`${style("bold", "Worst cases that did not flip")}`, ...lines, ...rest(worst.length, mostFlips)].join("\n");
}

function failingText(failing: readonly FailingSample[], style: Style): string {
  if (failing.length === 0) return "";
  const lines = failing.slice(0, mostFailing).map(({ caseId, repeat, metric, score: value, reason, output }) => {
    const said = value === undefined ? "no score" : score(value);
    const why = reason ? ` (${plain(reason, 120)})` : "";
    return `  ${plain(caseId, 80)}${repeat > 0 ? ` #${repeat}` : ""} ${plain(metric, 40)} ${said}${why}: ${plain(output, 100)}`;
  });
  return [
    `${style("bold", "Samples that did not pass")} (${failing.length})`,
    ...lines,
    ...rest(failing.length, mostFailing),
  ].join("\n");
}

function figuresText({ figures }: GateReport): string {
  return figures
    .filter(({ samples }) => samples > 0)
    .map((own) => {
      const { side, samples, reused, latencyP50, latencyP95, answeredBy } = own;
      const judging = judgingText(own);
      const cost = `${costText(own)}${judging === undefined ? "" : `, judging ${judging}`}`;
      const time =
        latencyP50 === undefined ? "" : `, p50 ${duration(latencyP50)}, p95 ${duration(latencyP95 ?? latencyP50)}`;
      return `${side}: ${count(samples, "sample")} (${reused} from the cache), ${cost}${time}, answered by ${plain(listed(Object.keys(answeredBy), 3), 120)}`;
    })
    .join("\n");
}

const rest = (n: number, shown: number) => (n > shown ? [`  … and ${n - shown} more`] : []);
const score = (value: number) => String(Number(value.toFixed(3)));

function plain(text: string, maxChars = 300): string {
  return cut(visible(stripVTControlCharacters(text)).replace(/\s+/g, " ").trim(), maxChars);
}
