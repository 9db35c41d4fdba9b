import { messageOf } from "../../shared/errors.ts";
import { createRowScorer, ScoreRow } from "../../shared/evals/score-row.ts";
import { defineCommand } from "../command.ts";
import { required } from "../read-arguments.ts";
import { readJsonLines } from "../read-json-lines.ts";
import type { Terminal } from "../terminal.ts";
import { UsageError } from "../usage-error.ts";

export const score = defineCommand({
  usage: ["score --metric NAME --file rows.jsonl"],
  about:
    "Scores predictions that were made elsewhere. A line in: {id, prediction, references, params?}; a line out: {id, score}. `params` are the evaluator's options for that row. A row without a score has `score: null` and says why; rows that cannot be read are told on standard error, the others are scored, and the exit code is 1.",
  positionals: 0,
  options: {
    metric: { type: "string", value: "NAME", description: "an evaluator's id, e.g. f1, rougeL@google, bleu@sacrebleu" },
    file: { type: "string", value: "FILE", description: "JSON Lines; `-` reads standard input" },
    params: { type: "string", value: "JSON", description: "options for every row; a row's own params win" },
  },
  examples: [
    "assay score --metric f1 --file rows.jsonl",
    `assay score --metric regex --params '{"pattern":"^[0-9]+$"}' --file rows.jsonl`,
  ],
  async run(given, terminal) {
    const file = required(given, "file", "score");
    const scorer = createRowScorer(required(given, "metric", "score"), readParams(given.text("params")));
    const problems: string[] = [];
    const seen = new Map<string, number>();
    let rows = 0;
    for await (const read of readJsonLines(file)) {
      if (terminal.closed()) break;
      rows++;
      const problem = "problem" in read ? read.problem : await scoreRow(read, seen, scorer, terminal);
      if (problem !== undefined) problems.push(`${file}:${read.line}: ${problem}`);
    }
    if (rows === 0)
      throw new UsageError(`${file} has no rows.`, "Write one JSON object a line: {id, prediction, references}.");
    for (const problem of problems.slice(0, 20)) terminal.note(problem);
    if (problems.length === 0) return 0;
    terminal.note(`assay: ${problems.length} of ${rows} rows have no score.`);
    return 1;
  },
});

type Scorer = ReturnType<typeof createRowScorer>;

async function scoreRow(
  { line, value }: { line: number; value: unknown },
  seen: Map<string, number>,
  scorer: Scorer,
  { print }: Terminal,
): Promise<string | undefined> {
  const row = ScoreRow.safeParse(value);
  if (!row.success) {
    const [issue] = row.error.issues;
    return `it is no row: \`${issue?.path.join(".") || "the line"}\`: ${issue?.message}`;
  }
  const { id } = row.data;
  const before = seen.get(id);
  if (before !== undefined) return `the id "${id.slice(0, 80)}" is also that of line ${before}; give each row its own`;
  seen.set(id, line);
  if (row.data.prediction === undefined) return `row "${id.slice(0, 80)}" has no \`prediction\``;
  try {
    const scored = await scorer(row.data);
    if ("value" in scored) {
      await print(`${JSON.stringify({ id, score: scored.value })}\n`);
      return undefined;
    }
    const why = "missing" in scored ? scored.missing : scored.notApplicable;
    await print(`${JSON.stringify({ id, score: null, reason: why })}\n`);
    return `row "${id.slice(0, 80)}" has no score: ${why}`;
  } catch (error) {
    await print(`${JSON.stringify({ id, score: null, reason: messageOf(error) })}\n`);
    return `row "${id.slice(0, 80)}" has no score: ${messageOf(error)}`;
  }
}

function readParams(text: string | undefined): Record<string, unknown> {
  if (text === undefined) return {};
  const mend = `Write a JSON object, e.g. --params '{"value":"yes"}'.`;
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === "object" && value !== null && !Array.isArray(value)) return { ...value };
  } catch (error) {
    throw new UsageError(`\`--params\` is not JSON: ${messageOf(error)}`, mend);
  }
  throw new UsageError("`--params` is no JSON object.", mend);
}
