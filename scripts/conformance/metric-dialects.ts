import { RE2JS } from "re2js";
import * as z from "zod";
import {
  autoevalsExact,
  autoevalsJsonDiff,
  autoevalsLevenshtein,
  autoevalsNumericDiff,
} from "../../src/shared/evals/text-metrics/autoevals.ts";
import { azureTokens, nltkWordTokens } from "../../src/shared/evals/text-metrics/azure-tokens.ts";
import { corpusGleu } from "../../src/shared/evals/text-metrics/gleu.ts";
import { hfBleu } from "../../src/shared/evals/text-metrics/hf-bleu.ts";
import { hfExactMatch } from "../../src/shared/evals/text-metrics/hf-exact-match.ts";
import { inspectExact, inspectF1 } from "../../src/shared/evals/text-metrics/inspect-classification.ts";
import { closestLength } from "../../src/shared/evals/text-metrics/ngrams.ts";
import { brevityPenalty, modifiedPrecision, nltkCorpusBleu } from "../../src/shared/evals/text-metrics/nltk-bleu.ts";
import { SMOOTHING_METHODS } from "../../src/shared/evals/text-metrics/nltk-smoothing.ts";
import { splitWhitespace } from "../../src/shared/evals/text-metrics/python-text.ts";
import { type RougeScore, type RougeType, rouge } from "../../src/shared/evals/text-metrics/rouge.ts";
import { SACREBLEU_SMOOTHING, sacrebleuCorpus } from "../../src/shared/evals/text-metrics/sacrebleu.ts";
import {
  SACREBLEU_TOKENIZERS,
  sacrebleuTokens,
  tokens13a,
} from "../../src/shared/evals/text-metrics/sacrebleu-tokenizers.ts";
import { squadF1 } from "../../src/shared/evals/text-metrics/squad-f1.ts";
import type { MetricRow } from "./metric-file.ts";
import { UnclaimedError } from "./unclaimed.ts";

type Compute = (row: MetricRow) => number | RougeScore;

const text = z.string();
const texts = z.array(z.string());
const Pairs = z.array(z.object({ prediction: z.string(), references: z.array(z.string()) }));

/** The product's own function for a metric in a dialect. @throws UnclaimedError */
export function computeRow(row: MetricRow): number | RougeScore {
  const compute = DIALECTS[`${row.metric}@${row.dialect}`] ?? rougeDialect(row.metric, row.dialect);
  if (compute === undefined) throw new UnclaimedError(reasonFor(row.metric, row.dialect));
  refuseForeign(row);
  return compute(row);
}

/** How a dialect's rows say that their texts were parted; a row that says otherwise was made by another one. */
const TOKENIZERS: { rows: RegExp; tokenizer: RegExp }[] = [
  { rows: /^(?:corpus_)?[bg]leu@azure$/, tokenizer: /word_tokenize|NIST/ },
  { rows: /@nltk$/, tokenizer: /^(?:whitespace|none|split|char|list)|^nltk\.word_tokenize$/ },
  { rows: /^(?:corpus_)?[bg]leu@hf$/, tokenizer: /13a/ },
  { rows: /^rouge/, tokenizer: /a-z0-9/ },
  { rows: /^f1@(?:squad|azure|hf)$/, tokenizer: /squad/ },
  { rows: /^f1@inspect$/, tokenizer: /number-aware|inspect/ },
];
/** Parameters that only another dialect has. */
const FOREIGN_PARAMS: { rows: RegExp; params: string[] }[] = [
  { rows: /bleu@(?:nltk|azure|hf)$/, params: ["smooth_method", "smooth_value", "effective_order"] },
  { rows: /bleu@(?:sacrebleu|hf)$/, params: ["smoothing", "weights"] },
  { rows: /^rouge/, params: ["beta", "caseSensitive", "maxSkip"] },
];

function refuseForeign({ metric, dialect, tokenizer, params }: MetricRow): void {
  const name = `${metric}@${dialect}`;
  const parted = TOKENIZERS.find(({ rows }) => rows.test(name));
  if (tokenizer !== "" && parted !== undefined && !parted.tokenizer.test(tokenizer))
    throw new UnclaimedError(`the tokenizer "${tokenizer}" is not one of ${name}`);
  const foreign = FOREIGN_PARAMS.filter(({ rows }) => rows.test(name))
    .flatMap((entry) => entry.params)
    .find((param) => param in params);
  if (foreign !== undefined) throw new UnclaimedError(`${name} has no parameter "${foreign}"`);
}

function reasonFor(metric: string, dialect: string): string {
  if (metric === "meteor") return "METEOR needs WordNet";
  if (metric === "chrf") return "chrF is not computed";
  if (dialect.startsWith("promptfoo") || dialect === "js-rouge") return `the dialect ${dialect} is refused`;
  return `${metric} in the dialect ${dialect} is not claimed`;
}

const DIALECTS: Record<string, Compute> = {
  "f1@squad": (row) => best(row, squadF1),
  "f1@azure": (row) => best(row, squadF1),
  "f1@hf": (row) => best(row, squadF1),
  "f1@inspect": (row) => inspectF1(text.parse(row.prediction), texts.parse(row.references), stopWords(row)),
  "exact@inspect": (row) => inspectExact(text.parse(row.prediction), texts.parse(row.references)),
  "exact@hf": (row) => best(row, (output, one) => hfExactMatch(output, one, exactOptions(row))),
  "exact@autoevals": (row) => Math.max(...row.references.map((one) => autoevalsExact(row.prediction, one))),
  "levenshtein_similarity@autoevals": (row) =>
    Math.max(...row.references.map((one) => autoevalsLevenshtein(String(row.prediction), String(one)))),
  "levenshtein@autoevals": (row) =>
    Math.max(...row.references.map((one) => autoevalsLevenshtein(String(row.prediction), String(one)))),
  "numeric_diff@autoevals": (row) =>
    Math.max(
      ...row.references.map((one) => autoevalsNumericDiff(z.number().parse(row.prediction), z.number().parse(one))),
    ),
  "json_diff@autoevals": (row) =>
    Math.max(
      ...row.references.map((one) => autoevalsJsonDiff(row.prediction, one, row.params.preserveStrings === true)),
    ),
  "bleu@nltk": nltk,
  "bleu@azure": nltk,
  "corpus_bleu@nltk": nltk,
  "corpus_bleu@azure": nltk,
  "bleu_modified_precision@nltk": (row) => {
    const pair = tokenPairs(row)[0];
    if (pair === undefined) throw new UnclaimedError("no text");
    const { matched, total } = modifiedPrecision(pair, z.int().min(1).parse(row.params.n));
    return matched / total;
  },
  "brevity_penalty@nltk": (row) => {
    const [length, references] = lengths(row);
    return brevityPenalty(closestLength(references, length), length);
  },
  "bleu@sacrebleu": (row) => sacrebleu(row, true),
  "corpus_bleu@sacrebleu": (row) => sacrebleu(row, false),
  "bleu@hf": huggingFace,
  "corpus_bleu@hf": huggingFace,
  ...Object.fromEntries(
    ["nltk", "azure", "hf"].flatMap((dialect) => [
      [`gleu@${dialect}`, gleu],
      [`corpus_gleu@${dialect}`, gleu],
    ]),
  ),
};

function rougeDialect(metric: string, dialect: string): Compute | undefined {
  const type = /^rouge([1-9]|L|Lsum)$/.exec(metric)?.[1];
  if (type === undefined || !["google", "azure", "hf"].includes(dialect)) return undefined;
  return (row) => {
    const stemmed = row.params.use_stemmer === true;
    if (stemmed && dialect === "azure") throw new UnclaimedError("Azure's ROUGE does not stem");
    return rouge(text.parse(row.prediction), texts.parse(row.references), rougeType(type), stemmed);
  };
}

function rougeType(type: string): RougeType {
  return type === "L" || type === "Lsum" ? type : `${Number(type)}`;
}

function best(row: MetricRow, score: (output: string, reference: string) => number): number {
  const output = text.parse(row.prediction);
  return Math.max(...texts.parse(row.references).map((one) => score(output, one)));
}

function stopWords(row: MetricRow): string[] {
  return texts.parse(row.params.stop_words ?? []);
}

function exactOptions({ params }: MetricRow) {
  return {
    regexesToIgnore: texts.parse(params.regexes_to_ignore ?? []).map((pattern) => RE2JS.compile(pattern)),
    ignoreCase: params.ignore_case === true,
    ignorePunctuation: params.ignore_punctuation === true,
    ignoreNumbers: params.ignore_numbers === true,
  };
}

/** A corpus is predictions and, for each, its references; elsewhere a list is a text that came in words. */
function pairs(row: MetricRow): z.infer<typeof Pairs> {
  const joined = (text: unknown) => (Array.isArray(text) ? text.join(" ") : text);
  if (!row.metric.startsWith("corpus_"))
    return Pairs.parse([{ prediction: joined(row.prediction), references: row.references.map(joined) }]);
  const predictions = z.array(z.unknown()).parse(row.prediction);
  return Pairs.parse(
    predictions.map((prediction, i) => ({ prediction, references: [row.references[i] ?? []].flat() })),
  );
}

function tokenPairs(row: MetricRow) {
  const tokens = tokenizerOf(row);
  return pairs(row).map(({ prediction, references }) => ({
    hypothesis: tokens(prediction),
    references: references.map((reference) => tokens(reference)),
  }));
}

/** NLTK's rows name how their texts were parted; the wrappers' tokens are part of their dialect. */
function tokenizerOf({ dialect, tokenizer }: MetricRow): (line: string) => string[] {
  if (dialect === "azure") return azureTokens;
  if (dialect === "hf") return tokens13a;
  if (/word_tokenize/.test(tokenizer)) return nltkWordTokens;
  if (tokenizer === "" || /^(?:whitespace|none|split)/.test(tokenizer)) return splitWhitespace;
  if (/^(?:char|list)/.test(tokenizer)) return (line) => sacrebleuTokens(line, "char");
  throw new UnclaimedError(`unknown tokenizer ${tokenizer}`);
}

function lengths(row: MetricRow): [number, number[]] {
  if (typeof row.prediction === "number") return [row.prediction, z.array(z.number()).parse(row.references)];
  const pair = tokenPairs(row)[0];
  return [pair?.hypothesis.length ?? 0, (pair?.references ?? []).map((reference) => reference.length)];
}

const NltkParams = z.object({
  weights: z.array(z.number()).min(1).optional(),
  smoothing: z.string().optional(),
  epsilon: z.number().optional(),
  alpha: z.number().optional(),
  k: z.number().optional(),
  auto_reweigh: z.boolean().optional(),
});

function nltk(row: MetricRow): number {
  // Azure's evaluator takes no options: method4 over four orders is what it is.
  if (row.dialect === "azure") return nltkCorpusBleu(tokenPairs(row), { smoothing: { method: "method4" } });
  const { weights, smoothing = "method0", epsilon, alpha, k, auto_reweigh } = NltkParams.parse(row.params);
  const method = SMOOTHING_METHODS.find((known) => known === smoothing);
  if (method === undefined) throw new UnclaimedError(`unknown smoothing ${smoothing}`);
  return nltkCorpusBleu(tokenPairs(row), {
    ...(weights === undefined ? {} : { weights }),
    autoReweigh: auto_reweigh ?? false,
    smoothing: { method, ...defined({ epsilon, alpha, k }) },
  });
}

function gleu(row: MetricRow): number {
  const { min_n, max_n, min_len, max_len } = row.params;
  const order = (value: unknown, otherwise: number) =>
    z
      .int()
      .min(1)
      .parse(value ?? otherwise);
  return corpusGleu(tokenPairs(row), order(min_n ?? min_len, 1), order(max_n ?? max_len, 4));
}

const SacrebleuParams = z.object({
  smooth_method: z.enum(SACREBLEU_SMOOTHING).default("exp"),
  smooth_value: z.number().nullish(),
  lowercase: z.boolean().default(false),
  effective_order: z.boolean().optional(),
  max_ngram_order: z.int().min(1).default(4),
  /** 100 where the row is on sacrebleu's own scale. */
  scale: z.number().default(1),
});

function sacrebleu(row: MetricRow, sentence: boolean): number {
  const params = SacrebleuParams.parse(row.params);
  const asked = /^none\b|^$/.test(row.tokenizer) ? (row.tokenizer === "" ? "13a" : "none") : row.tokenizer;
  const tokenize = SACREBLEU_TOKENIZERS.find((known) => known === asked);
  if (tokenize === undefined) throw new UnclaimedError(`unknown tokenizer ${row.tokenizer}`);
  const score = sacrebleuCorpus(pairs(row), {
    tokenize,
    smoothMethod: params.smooth_method,
    smoothValue: params.smooth_value ?? undefined,
    lowercase: params.lowercase,
    effectiveOrder: params.effective_order ?? sentence,
    maxOrder: params.max_ngram_order,
  });
  return (score / 100) * params.scale;
}

function huggingFace(row: MetricRow): number {
  const { max_order, smooth } = row.params;
  return hfBleu(pairs(row), {
    maxOrder: z
      .int()
      .min(1)
      .parse(max_order ?? 4),
    smooth: smooth === true,
  });
}

function defined<T extends Record<string, number | undefined>>(values: T): Record<string, number> {
  return Object.fromEntries(
    Object.entries(values).flatMap(([key, value]) => (value === undefined ? [] : [[key, value]])),
  );
}
