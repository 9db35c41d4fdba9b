import { reportBlocks } from "../comment.ts";
import { fitBlocks } from "../fit-blocks.ts";
import { code, fence, inline, prose, table } from "../markdown.ts";
import { verdictMark } from "../verdict-line.ts";
import { classLines } from "./class-figures.ts";
import type { RunReport } from "./run-report.ts";

/** As long as a file that people read. */
const mostChars = 200_000;
const mostFailing = 50;
/** Parts of the comment that speak of a pull request and of GitHub. */
const elsewhere = new Set(["the policy", "the footer"]);

/** The gate's comment as a file, without what only GitHub understands. */
export function markdownReport(run: RunReport): string {
  const { report, line, subject, notes } = run;
  const head = `## ${verdictMark(report)} ${prose(line, 400)}\n\n${inline(subject)}`;
  const noted = notes.map((note) => `- ${inline(note)}`).join("\n");
  const blocks = [
    { name: "the verdict", texts: [noted ? `${head}\n\n${noted}` : head], keep: true },
    ...reportBlocks(report).filter(({ name }) => !elsewhere.has(name)),
    { name: "the classes", texts: (run.classes ?? []).map((own) => fence(classLines(own).join("\n"), "", 10_000)) },
    { name: "the samples that did not pass", texts: [failingTable(run)] },
  ];
  return `${fitBlocks(blocks, mostChars)}\n`;
}

function failingTable({ failing }: RunReport): string {
  if (failing.length === 0) return "";
  const rows = failing
    .slice(0, mostFailing)
    .map(({ caseId, repeat, metric, score, reason = "", output }) => [
      `${code(caseId)}${repeat > 0 ? ` #${repeat}` : ""}`,
      code(metric, 60),
      score === undefined ? "no score" : String(Number(score.toFixed(3))),
      inline(reason, 200),
      inline(output, 200),
    ]);
  const more = failing.length > mostFailing ? `\n\n… and ${failing.length - mostFailing} more` : "";
  return `**Samples that did not pass**\n\n${table(["case", "metric", "score", "why", "answer"], rows, "llrll")}${more}`;
}
