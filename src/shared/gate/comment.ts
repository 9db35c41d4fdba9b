import { diffSection } from "./comment-diff.ts";
import { figuresSection } from "./comment-figures.ts";
import { flipSection } from "./comment-flips.ts";
import { commentMarker } from "./comment-marker.ts";
import { metricSections } from "./comment-metrics.ts";
import { code, fit, inline } from "./markdown.ts";
import type { GateReport } from "./report.ts";
import { verdictLine } from "./verdict-line.ts";

/** GitHub refuses bodies over 65,536 characters. */
const maxBody = 60_000;

const marks = { pass: "✅", regressed: "❌", inconclusive: "⚠️", notEvaluated: "⏳" } as const;

/** The pull request's one comment. Equal reports give equal texts. */
export function renderComment(report: GateReport): string {
  const mark = report.verdict.conclusion === "failure" ? "❌" : marks[report.verdict.verdict];
  const head = `${commentMarker(report.headSha)}\n### ${mark} ${inline(verdictLine(report))}`;
  return fit([head, ...renderSections(report)], maxBody);
}

/** Everything below the verdict, the most important first. */
export function renderSections(report: GateReport): string[] {
  return [
    observeNote(report),
    failureSection(report),
    findingSection(report, "error"),
    ...metricSections(report),
    editSection(report),
    neededSection(report),
    diffSection(report),
    flipSection(report),
    figuresSection(report),
    findingSection(report, "warning"),
    footer(report),
  ].filter((section) => section !== "");
}

/** A fork's commit that nobody has allowed yet. */
export function renderWaiting(headSha: string): string {
  return [
    `${commentMarker(headSha)}\n### ⏳ Waiting: this commit comes from a fork`,
    "Nothing of it has been sent to a model. A person who may write to this repository can allow exactly this commit:",
    `\`\`\`\n/ok-to-test ${headSha}\n\`\`\``,
    "The next push waits again.",
  ].join("\n\n");
}

function observeNote({ mode, policyFrom }: GateReport): string {
  if (mode !== "observe") return "";
  const why = {
    base: "the policy on the base branch says `mode: observe`",
    head: "the base branch has no `assay.yaml` yet, so this pull request's own is tried out",
    default: "there is no `assay.yaml` yet",
  }[policyFrom];
  return `The gate only observes here and blocks nothing: ${why}. Below is what it would have said.`;
}

function failureSection({ failures }: GateReport): string {
  if (failures.length === 0) return "";
  const lines = failures.slice(0, 5).map((failure) => `- ${inline(failure)}`);
  return `**Calls that failed** (the infrastructure's failure, not the prompt's; "Re-run" asks again for what is missing):\n${lines.join("\n")}`;
}

const mostFindings = 10;

function findingSection({ findings }: GateReport, severity: "error" | "warning"): string {
  const found = findings.filter((finding) => finding.severity === severity);
  if (found.length === 0) return "";
  const lines = found
    .slice(0, mostFindings)
    .map(
      ({ path, line, column, code: rule, message, fix }) =>
        `- ${code(`${path}:${line}:${column}`)} ${inline(message)} ${inline(fix)} (${code(rule)})`,
    );
  const more = found.length > mostFindings ? `\n- … and ${found.length - mostFindings} more` : "";
  return `**${severity === "error" ? "To mend first" : "Worth a look"}**\n${lines.join("\n")}${more}`;
}

function editSection({ edits, comparisons }: GateReport): string {
  if (edits.length === 0) return "";
  const under = (rules: "base" | "head") => {
    const own = comparisons.filter((comparison) => comparison.rules === rules);
    return own.map(({ suite, prompt, verdict }) => `${code(suite)} on ${code(prompt)} ${verdict.verdict}`).join(", ");
  };
  const [base, head] = [under("base"), under("head")];
  const lines = edits.map((edit) => `- ${inline(edit.length > 300 ? `${edit.slice(0, 300)}…` : edit)}`);
  const both =
    base && head
      ? `\n\nUnder the base's rules: ${base}. Under the pull request's own: ${head}. The worse one counts; a bar is moved in a pull request of its own.`
      : "";
  return `**What this change does to the bar that it is measured by**\n${lines.join("\n")}${both}`;
}

function neededSection({ comparisons, verdict }: GateReport): string {
  if (verdict.verdict !== "inconclusive") return "";
  const open = comparisons.flatMap(({ verdict: suite }) =>
    suite.metrics.filter((metric) => metric.judged && metric.verdict === "inconclusive"),
  );
  const lines = open.map(({ name, reason }) => `- ${code(name)}: ${inline(reason)}`);
  return lines.length === 0 ? "" : `**What it would take to be sure**\n${lines.join("\n")}`;
}

function footer({ headSha, baseSha, mode, policyFrom, gateId, okBy }: GateReport): string {
  const from = { base: "the base's policy", head: "this pull request's policy", default: "the default policy" }[
    policyFrom
  ];
  const compared = baseSha
    ? `${baseSha.slice(0, 10)} (base, with this change on top) with ${headSha.slice(0, 10)}`
    : headSha.slice(0, 10);
  const allowed = okBy ? `, allowed by ${inline(okBy)}` : "";
  return `<sub>Compared ${compared}${allowed} · ${mode} by ${from} · ${code(gateId)} · the same samples give the same verdict: "Re-run" completes what is missing</sub>`;
}
