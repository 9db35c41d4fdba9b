import { closestLength, countNgrams, mostOf, overlap } from "./ngrams.ts";
import { type SacrebleuTokenizer, sacrebleuTokens } from "./sacrebleu-tokenizers.ts";

export const SACREBLEU_SMOOTHING = ["exp", "floor", "add-k", "none"] as const;

export interface SacrebleuOptions {
  tokenize?: SacrebleuTokenizer;
  smoothMethod?: (typeof SACREBLEU_SMOOTHING)[number];
  /** For `floor` (default 0.1) and `add-k` (default 1). */
  smoothValue?: number | undefined;
  lowercase?: boolean;
  maxOrder?: number;
  /** Orders longer than the hypothesis are left out; sacrebleu's default for sentences, off for a corpus. */
  effectiveOrder?: boolean;
}

export interface TextPair {
  prediction: string;
  references: readonly string[];
}

/** Sentence BLEU as sacrebleu's `sentence_bleu`, 0..100. */
export function sacrebleuSentence(pair: TextPair, options: SacrebleuOptions = {}): number {
  return sacrebleuCorpus([pair], { effectiveOrder: true, ...options });
}

/** Corpus BLEU as sacrebleu's `corpus_bleu`, 0..100. */
export function sacrebleuCorpus(pairs: readonly TextPair[], options: SacrebleuOptions = {}): number {
  const orders = Array.from({ length: options.maxOrder ?? 4 }, (_, i) => i + 1);
  const matched = orders.map(() => 0);
  const total = orders.map(() => 0);
  let length = 0;
  let referenceLength = 0;
  for (const { prediction, references } of pairs) {
    const hypothesis = tokensOf(prediction, options);
    const tokens = references.map((reference) => tokensOf(reference, options));
    length += hypothesis.length;
    referenceLength += closestLength(
      tokens.map((reference) => reference.length),
      hypothesis.length,
    );
    for (const [i, n] of orders.entries()) {
      const counts = countNgrams(hypothesis, n);
      matched[i] = (matched[i] ?? 0) + overlap(counts, mostOf(tokens.map((reference) => countNgrams(reference, n))));
      total[i] = (total[i] ?? 0) + Math.max(0, hypothesis.length - n + 1);
    }
  }
  return fromCounts(matched, total, length, referenceLength, options);
}

function fromCounts(
  matched: readonly number[],
  total: readonly number[],
  length: number,
  referenceLength: number,
  { smoothMethod = "exp", smoothValue, effectiveOrder = false }: SacrebleuOptions,
): number {
  if (matched.every((count) => count === 0)) return 0;
  const penalty = length >= referenceLength ? 1 : length > 0 ? Math.exp(1 - referenceLength / length) : 0;
  const precisions: number[] = matched.map(() => 0);
  let order = matched.length;
  let halvings = 0;
  for (let i = 0; i < matched.length; i++) {
    const added = smoothMethod === "add-k" && i > 0 ? (smoothValue ?? 1) : 0;
    const hits = (matched[i] ?? 0) + added;
    const all = (total[i] ?? 0) + added;
    if (all === 0) break;
    if (effectiveOrder) order = i + 1;
    if (hits > 0) precisions[i] = (100 * hits) / all;
    else if (smoothMethod === "exp") precisions[i] = 100 / (2 ** ++halvings * all);
    else if (smoothMethod === "floor") precisions[i] = (100 * (smoothValue ?? 0.1)) / all;
  }
  const logs = precisions.slice(0, order).map(safeLog);
  return penalty * Math.exp(logs.reduce((a, b) => a + b, 0) / order);
}

/** sacrebleu's `my_log`: a precision of 0 makes the score 0. */
function safeLog(value: number): number {
  return value === 0 ? -9_999_999_999 : Math.log(value);
}

function tokensOf(text: string, { tokenize = "13a", lowercase = false }: SacrebleuOptions): string[] {
  return sacrebleuTokens((lowercase ? text.toLowerCase() : text).trimEnd(), tokenize);
}
