import { barBlock } from "./comment-bar.ts";
import { baselineBlock } from "./comment-baseline.ts";
import { diffBlock } from "./comment-diff.ts";
import { extensionBlock } from "./comment-extension.ts";
import { figuresBlock } from "./comment-figures.ts";
import { findingBlock } from "./comment-findings.ts";
import { flipBlock } from "./comment-flips.ts";
import { commentMarker } from "./comment-marker.ts";
import { metricBlock } from "./comment-metrics.ts";
import { neededBlock } from "./comment-needed.ts";
import { releaseBlock } from "./comment-releases.ts";
import { routeBlock } from "./comment-routes.ts";
import { worstBlock } from "./comment-worst.ts";
import { type Block, fitBlocks } from "./fit-blocks.ts";
import { code, inline, prose } from "./markdown.ts";
import type { GateReport } from "./report.ts";
import { verdictLine, verdictMark } from "./verdict-line.ts";

/** GitHub refuses bodies over 65,536 characters. */
const maxBody = 60_000;

/** The pull request's one comment. Equal reports give equal texts. */
export function renderComment(report: GateReport): string {
  const title = `${commentMarker(report.headSha)}\n### ${verdictMark(report)} ${prose(verdictLine(report), 400)}`;
  const head: Block = { name: "the verdict", texts: [title], keep: true };
  return fitBlocks([head, ...reportBlocks(report)], maxBody);
}

/** Everything below the verdict, the most important first. */
export function reportBlocks(report: GateReport): Block[] {
  return [
    { name: "the policy", texts: [policyNote(report)], keep: true },
    { name: "the failed calls", texts: [failureList(report, 5), failureList(report, 1)] },
    findingBlock(report, "error"),
    metricBlock(report),
    baselineBlock(report),
    extensionBlock(report),
    barBlock(report),
    diffBlock(report),
    routeBlock(report),
    releaseBlock(report),
    flipBlock(report),
    worstBlock(report),
    figuresBlock(report),
    neededBlock(report),
    findingBlock(report, "warning"),
    { name: "the footer", texts: [footer(report)], keep: true },
  ];
}

/** A fork's commit that nobody has allowed yet. */
export function renderWaiting(headSha: string): string {
  const sha = headSha.replace(/[^0-9a-f]/gi, "");
  return [
    `${commentMarker(headSha)}\n### ⏳ Waiting: this commit comes from a fork`,
    "Nothing of it has been sent to a model. A person who may write to this repository can allow exactly this commit, with a comment that says:",
    `\`\`\`\n/ok-to-test ${sha}\n\`\`\``,
    "The next push waits again.",
  ].join("\n\n");
}

function policyNote({ mode, policyFrom, verdict, kind, failures, comparisons }: GateReport): string {
  if (mode === "observe") {
    const why = {
      base: "the policy on the base branch says `mode: observe`",
      head: "the base branch has no `assay.yaml` yet, so this pull request's own is tried out",
      default: "there is no `assay.yaml` yet",
    }[policyFrom];
    return `The gate only observes here and blocks nothing: ${why}. The verdict above is what it would have said.`;
  }
  if (kind === "baseline") return "";
  if (verdict.verdict === "inconclusive") {
    return verdict.conclusion === "failure"
      ? "The sample cannot tell whether anything was lost, and the policy blocks what is inconclusive."
      : "The sample cannot tell whether anything was lost. The policy lets that through: a person decides.";
  }
  if (verdict.verdict !== "notEvaluated" || verdict.conclusion !== "action_required") return "";
  if (failures.some((failure) => refusal.test(failure)))
    return "This says nothing about the answers: the endpoint refused the requests themselves, so a re-run alone changes nothing. Correct the prompt's `model` or `parameters`, or deploy what it names.";
  if (failures.length === 0 && comparisons.length === 0)
    return "A limit of the base branch held, so nothing was called. Ask for fewer calls, or raise the limit in a pull request of its own.";
  return "This says nothing about the prompt: the infrastructure failed, or a limit held. “Re-run” on the check asks for what is missing, and for that alone.";
}

/** Asked again, the endpoint says the same. */
const refusal = /^\d+ × HTTP (?:400|404|422)\b/;

function failureList({ failures }: GateReport, most: number): string {
  if (failures.length === 0) return "";
  const lines = failures.slice(0, most).map((failure) => `- ${prose(failure, 300)}`);
  if (failures.length > most) lines.push(`- … and ${failures.length - most} more reasons`);
  return `**Calls that failed**\n\n${lines.join("\n")}`;
}

/** Full commit ids outside code become links on GitHub. */
function footer({ headSha, baseSha, mode, policyFrom, gateId, okBy }: GateReport): string {
  const from = {
    base: "from `assay.yaml` on the base branch",
    head: "from this pull request's `assay.yaml`",
    default: "by default, for there is no `assay.yaml`",
  }[policyFrom];
  const [base, head] = [baseSha, headSha].map((sha) => sha?.replace(/[^0-9a-f]/gi, ""));
  const said = [
    base ? `Base ${base}, compared with the changes of ${head} on top of it` : `Commit ${head}`,
    ...(okBy ? [`allowed by ${inline(okBy, 80)}`] : []),
    `policy: \`${mode}\`, ${from}`,
    `gate ${code(gateId)}`,
  ];
  return `<sub>${said.join(" · ")}</sub>`;
}
