import type { Finding } from "../repository/finding.ts";
import type { Annotation, PullRequest } from "./code-host.ts";
import { reportBlocks } from "./comment.ts";
import { fitBlocks } from "./fit-blocks.ts";
import { cut, inline, prose, visible } from "./markdown.ts";
import type { Plan } from "./plan.ts";
import type { GateReport } from "./report.ts";
import type { Extension } from "./schema.ts";
import { verdictLine, verdictMark } from "./verdict-line.ts";

interface Progress {
  done: number;
  total: number;
  /** An inconclusive suite draws more repeats. */
  extending?: boolean;
  /** What the gate was thought to take, as a sentence. */
  estimate?: string | undefined;
}

export interface CheckText {
  title: string;
  summary: string;
  text?: string;
  annotations?: Annotation[];
}

/** GitHub takes 65,535 characters each [OpenAPI checks/create]. */
const maxText = 60_000;
const maxSummary = 10_000;
const maxTitle = 255;
/** As many as anyone reads on a change; the rest is in the comment's count. */
const maxAnnotations = 100;

/** The check of a decided gate. */
export function renderCheck(report: GateReport): CheckText {
  const line = verdictLine(report);
  const { reasons } = report.verdict;
  const list = (most: number) =>
    [
      ...reasons.slice(0, most).map((reason) => `- ${prose(reason)}`),
      ...(reasons.length > most ? [`- … and ${reasons.length - most} more`] : []),
    ].join("\n");
  return {
    title: titleOf(line),
    summary: fitBlocks(
      [
        { name: "the verdict", texts: [`${verdictMark(report)} ${prose(line, 400)}`], keep: true },
        { name: "the reasons", texts: [list(12), list(3)] },
      ],
      maxSummary,
    ),
    text: fitBlocks(reportBlocks(report), maxText),
    annotations: report.findings
      .toSorted((a, b) => Number(b.severity === "error") - Number(a.severity === "error"))
      .slice(0, maxAnnotations)
      .map(annotationOf),
  };
}

/** Plain text in one line, never over GitHub's limit. */
function titleOf(line: string): string {
  const shown = visible(line).replace(/\s+/g, " ").trim();
  if (shown.length <= maxTitle) return shown;
  const space = shown.lastIndexOf(" ", maxTitle - 1);
  return `${shown.slice(0, space > maxTitle / 2 ? space : maxTitle - 1).toWellFormed()}…`;
}

/** Annotations are plain text; a mend belongs to what it mends. Columns count within one line only. */
export function annotationOf(finding: Finding): Annotation {
  const { path, line, column, endLine = line, endColumn, severity, code, message, fix } = finding;
  const oneLine = endLine === line;
  return {
    path,
    startLine: line,
    endLine,
    ...(oneLine ? { startColumn: column } : {}),
    ...(oneLine && endColumn !== undefined ? { endColumn: Math.max(column, endColumn) } : {}),
    level: severity === "error" ? "failure" : "warning",
    title: code,
    message: cut(visible(`${message}${fix ? `\nMend: ${fix}` : ""}`.trim()), 4000),
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

/** A queue merges what its checks allow; what a fork sent is not sent on because it was queued. */
export function groupWaitingText(waiting: readonly Pick<PullRequest, "number" | "headSha">[]): CheckText {
  const numbers = waiting.map(({ number }) => `#${number}`).join(", ");
  const lines = waiting.map(({ number, headSha }) => `- on #${number}: \`/ok-to-test ${headSha}\``);
  return {
    title: titleOf(
      `Waiting: a writer must allow ${numbers}, which ${waiting.length === 1 ? "comes" : "come"} from a fork`,
    ),
    summary: fitBlocks(
      [
        {
          name: "what waits",
          texts: [
            "This merge group holds commits of a fork that nobody has allowed, so nothing of the group has been sent to a model. A person who may write to this repository can allow exactly these commits with a comment:",
          ],
          keep: true,
        },
        { name: "the pull requests", texts: [lines.join("\n"), lines.slice(0, 20).join("\n")] },
        { name: "the mend", texts: ["Then re-run this check, or queue the pull request again."], keep: true },
      ],
      maxSummary,
    ),
  };
}

export function progressText({ done, total, extending, estimate }: Progress): CheckText {
  const numbers = [done, total].map((n) => n.toLocaleString("en-US"));
  const title = total === 0 ? "Planning" : `${extending ? "Extending: " : ""}${numbers[0]} of ${numbers[1]} calls`;
  const before = estimate === undefined ? "" : `\n\nEstimate before the first call: ${inline(estimate)}.`;
  return { title, summary: `The suites run on base and head. ${title}${total === 0 ? "." : " are done."}${before}` };
}

/** Nothing can be said yet, and more repeats could tell: they are being drawn. */
export function extendingText(round: readonly Extension[], plan: Plan): CheckText {
  const lines = round.map(({ comparison, from, repeats, reason }) => {
    const { suite = "a suite", prompt = "a prompt" } = plan.comparisons[comparison] ?? {};
    return `- ${inline(`${suite} on ${prompt}`, 200)}: ${from} → ${repeats} repeats, for ${inline(reason, 300)}`;
  });
  const most = Math.max(0, ...round.map(({ repeats }) => repeats));
  return {
    title: `Extending: undecided so far, up to ${most} repeats are drawn`,
    summary: fitBlocks(
      [
        { name: "what is extended", texts: ["The sample so far cannot tell whether anything was lost."], keep: true },
        { name: "the suites", texts: [lines.join("\n"), lines.slice(0, 5).join("\n")] },
      ],
      maxSummary,
    ),
  };
}

/** The head moved, or the pull request closed: nothing more is spent on it. */
export function supersededText(why: string): CheckText {
  return { title: titleOf(`Not evaluated: ${why}`), summary: `Nothing more is spent on this commit: ${inline(why)}.` };
}
