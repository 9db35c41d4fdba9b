import { messageOf } from "../errors.ts";
import { maxRows } from "./dataset-rows.ts";
import { createFinding, type Finding } from "./finding.ts";
import { JudgedLabel, Label, type Labels } from "./label.ts";
import { readText, sizeLimits } from "./read-text.ts";

const mostFindings = 50;

/** Reads `labels/<metric>.jsonl` or `labels/<metric>.judged.jsonl`; a row that cannot be read is a finding and no label. */
export function parseLabels(path: string, bytes: Uint8Array): Labels & { findings: Finding[] } {
  const result: Labels & { findings: Finding[] } = { labels: [], judged: [], findings: [] };
  const read = readText(path, bytes, sizeLimits.dataset);
  if ("finding" in read) return { ...result, findings: [read.finding] };
  const name = path.slice(path.lastIndexOf("/") + 1).replace(/\.jsonl$/, "");
  const isJudged = name.endsWith(".judged");
  const metric = name.replace(/\.judged$/, "");
  const lines = read.text.split("\n");
  for (const [index, line] of lines.entries()) {
    if (result.labels.length + result.judged.length >= maxRows || result.findings.length >= mostFindings) break;
    if (line.trim() === "") continue;
    const at = { path, line: index + 1 };
    let value: unknown;
    try {
      value = JSON.parse(line);
    } catch (error) {
      result.findings.push(createFinding("json/syntax", at, `The line is not JSON: ${messageOf(error).slice(0, 160)}`));
      continue;
    }
    const parsed = isJudged ? JudgedLabel.safeParse(value) : Label.safeParse(value);
    if (!parsed.success) {
      const issue = parsed.error.issues[0];
      const where = issue?.path.map(String).join(".").slice(0, 80);
      const message = `The row is no label: ${where ? `\`${where}\`: ` : ""}${issue?.message}.`;
      result.findings.push(createFinding("label/invalid-row", at, message));
    } else if ("judge" in parsed.data) result.judged.push({ ...parsed.data, metric: parsed.data.metric ?? metric });
    else result.labels.push({ ...parsed.data, metric: parsed.data.metric ?? metric });
  }
  return result;
}
