import type { Finding } from "../repository/finding.ts";
import type { Annotation } from "./code-host.ts";
import { renderSections } from "./comment.ts";
import { fit, inline } from "./markdown.ts";
import type { GateReport } from "./report.ts";
import { verdictLine } from "./verdict-line.ts";

export interface CheckText {
  title: string;
  summary: string;
  text?: string;
  annotations?: Annotation[];
}

/** GitHub takes 65,535 characters each [OpenAPI checks/create]. */
const maxText = 60_000;
const maxTitle = 255;
/** As many as anyone reads on a change; the rest is in the comment's count. */
const maxAnnotations = 100;

/** The check of a decided gate. */
export function renderCheck(report: GateReport): CheckText {
  const line = verdictLine(report);
  return {
    title: line.slice(0, maxTitle),
    summary: fit([inline(line), ...report.verdict.reasons.map((reason) => `- ${inline(reason)}`)], 10_000),
    text: fit(renderSections(report), maxText),
    annotations: report.findings.slice(0, maxAnnotations).map(annotationOf),
  };
}

export function annotationOf(finding: Finding): Annotation {
  const { path, line, column, endLine, endColumn, severity, code, message, fix } = finding;
  return {
    path,
    startLine: line,
    endLine: endLine ?? line,
    startColumn: column,
    ...(endColumn === undefined ? {} : { endColumn }),
    level: severity === "error" ? "failure" : "warning",
    title: code,
    message: `${message} ${fix}`.trim(),
  };
}

/** Green where there is nothing to evaluate; the title says what was not run. */
export function nothingToDoText(title: string): CheckText {
  return {
    title,
    summary: `${title}: nothing under prompts/, evals/ or in assay.yaml differs in a way that a suite measures, so no suite was run.`,
  };
}

export function waitingText(headSha: string): CheckText {
  return {
    title: "Waiting: a writer must allow this commit of a fork",
    summary: `This commit comes from a fork, so nothing of it has been sent to a model. A person who may write to this repository can allow exactly this commit with a comment:\n\n\`/ok-to-test ${headSha}\`\n\nThe next push waits again.`,
  };
}

export function progressText({ done, total }: { done: number; total: number }): CheckText {
  return {
    title: `${done} of ${total} calls`,
    summary: `The suites run on base and head: ${done} of ${total} calls are done.`,
  };
}
