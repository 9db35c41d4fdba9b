import * as z from "zod";
import { InvalidInputError } from "../errors.ts";
import { EvalCase } from "../repository/suite.ts";
import type { Score } from "./evaluator.ts";
import { type Metric, requireMetrics, resolveMetrics } from "./metrics.ts";
import { evaluatorIds, getEvaluator } from "./registry.ts";
import type { Sample } from "./sample.ts";
import { scoreSample } from "./score-sample.ts";

/** A line of a file that was made elsewhere: what was answered, and what would have been right. */
export const ScoreRow = z.object({
  id: z.union([z.string().min(1), z.number()]).transform(String),
  /** Text; anything else is taken as its JSON. */
  prediction: z.unknown(),
  references: z.array(z.unknown()).default([]),
  /** The evaluator's options for this row. */
  params: z.record(z.string(), z.unknown()).default({}),
});
export type ScoreRow = z.infer<typeof ScoreRow>;

/**
 * Options that other tools write down and that are part of a dialect's definition here: taken where they say what the
 * dialect is, refused where they say another.
 */
const fixed: { ids: RegExp; params: Record<string, unknown> }[] = [
  { ids: /^bleu@azure$/, params: { smoothing: "method4", weights: [0.25, 0.25, 0.25, 0.25] } },
  { ids: /^gleu@/, params: { minN: 1, maxN: 4 } },
  { ids: /^rouge.+@azure$/, params: { useStemmer: false } },
  { ids: /^bleu@sacrebleu$/, params: { effectiveOrder: true } },
];

/** Names that libraries use for the same thing. */
const renamed: Record<string, string> = { maxNgramOrder: "maxOrder", tokenizer: "tokenize" };

/**
 * The metric's name in the registry for names as other tools write them: `rouge_l`, `levenshtein_similarity`. What is not
 * known stays as it is and is refused by name.
 */
function metricId(name: string): string {
  const ids = evaluatorIds();
  const [metric = "", dialect] = name.trim().split("@");
  const spelt = metric.replaceAll("_", "-").replace(/-similarity$/, "");
  const wanted = `${spelt}${dialect === undefined ? "" : `@${dialect}`}`.toLowerCase();
  return ids.find((id) => id === name) ?? ids.find((id) => id.toLowerCase() === wanted) ?? name;
}

/** Scores rows with one metric; the score of a row is the evaluator's own, as a suite would get it. */
export function createRowScorer(name: string, common: Record<string, unknown>): (row: ScoreRow) => Promise<Score> {
  const uses = metricId(name);
  const entryOf = (params: Record<string, unknown>) => ({ uses, with: params, primary: true, name: "score" });
  const metricFor = (params: Record<string, unknown>) => {
    const [metric] = requireMetrics([entryOf(params)]);
    if (!metric) throw new InvalidInputError(`There is no metric "${name}".`);
    if (metric.asks.length > 0) throw new InvalidInputError(asksNobody(uses));
    return metric;
  };
  // Unknown metrics and wrong common options are told before the first row is read; what is not given a row may give.
  refuseUnscorable(uses);
  const { options: shared } = optionsOf(uses, common);
  const wrong = resolveMetrics([entryOf(shared)]).problems.filter(({ path: [, option] }) => option && option in shared);
  if (wrong.length > 0) throw new InvalidInputError(wrong.map(({ message }) => message).join("\n"));
  const known = new Map<string, Metric>();
  return async (row) => {
    const own = JSON.stringify(row.params);
    const { options, scale } = optionsOf(uses, { ...common, ...row.params });
    const metric = known.get(own) ?? metricFor(options);
    // Rows of one file share few sets of options.
    if (known.size < 100) known.set(own, metric);
    const scores = await scoreSample([metric], { case: caseOf(row), sample: sampleOf(row) });
    const score = scores.score ?? { missing: "there is no score" };
    return "value" in score ? { ...score, value: score.value * scale } : score;
  };
}

/** What no file of predictions can say must not come out as a figure. */
function refuseUnscorable(uses: string): void {
  const evaluator = getEvaluator(uses);
  if (readOffTheCall.has(evaluator.id))
    throw new InvalidInputError(
      `\`${uses}\` is read off a model's call, and a row holds none; \`assay eval\` measures it.`,
    );
  if (/^(?:judge\/|embedding-similarity$)/.test(evaluator.id)) throw new InvalidInputError(asksNobody(uses));
}

function asksNobody(uses: string): string {
  return `\`${uses}\` asks a model, and \`assay score\` asks none; name it in a suite.`;
}

const readOffTheCall = new Set(["latency", "cost", "tokens", "filtered", "safety-filter"]);

/** Options in the house's spelling, and the factor that a row on sacrebleu's scale of 100 asks for. */
function optionsOf(uses: string, params: Record<string, unknown>) {
  const constants = Object.assign({}, ...fixed.filter(({ ids }) => ids.test(uses)).map((entry) => entry.params));
  const options: Record<string, unknown> = {};
  let scale = 1;
  for (const [written, value] of Object.entries(params)) {
    const camel = written.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
    const name = renamed[camel] ?? camel;
    if (value === null || value === undefined) continue;
    if (name === "scale" && uses === "bleu@sacrebleu" && typeof value === "number") scale = value;
    else if (!Object.hasOwn(constants, name)) options[name] = value;
    else if (JSON.stringify(constants[name]) !== JSON.stringify(value))
      throw new InvalidInputError(
        `${uses} is defined with \`${written}: ${JSON.stringify(constants[name])}\` and takes no other; leave \`${written}\` out or choose another dialect.`,
      );
  }
  return { options, scale };
}

const textOf = (value: unknown): string => (typeof value === "string" ? value : (JSON.stringify(value) ?? ""));

function caseOf({ id, references }: ScoreRow): EvalCase {
  const expected = references.map(textOf);
  return EvalCase.parse({ id, inputs: {}, expected, facts: expected });
}

function sampleOf({ id, prediction }: ScoreRow): Sample {
  return { caseId: id, repeat: 0, requestDigest: "", outcome: "completed", output: textOf(prediction), latencyMs: 0 };
}
