import { countNgrams, mostOf, overlap } from "./ngrams.ts";
import type { TextPair } from "./sacrebleu.ts";
import { tokens13a } from "./sacrebleu-tokenizers.ts";

/**
 * BLEU as Hugging Face's `evaluate` metric `bleu` (tensorflow/nmt), 0..1: 13a tokens, the shortest reference's length for
 * the brevity penalty, and 0 where any order has no match unless `smooth` (one added to matches and total).
 */
export function hfBleu(pairs: readonly TextPair[], options: { maxOrder?: number; smooth?: boolean } = {}): number {
  const { maxOrder = 4, smooth = false } = options;
  const read = pairs.map((pair) => ({
    hypothesis: tokens13a(pair.prediction),
    references: pair.references.map(tokens13a),
  }));
  const length = read.reduce((sum, { hypothesis }) => sum + hypothesis.length, 0);
  const referenceLength = read.reduce((sum, { references }) => sum + Math.min(...references.map((r) => r.length)), 0);
  let logs = 0;
  for (let n = 1; n <= maxOrder; n++) {
    const added = smooth ? 1 : 0;
    let matched = added;
    let total = added;
    for (const { hypothesis, references } of read) {
      matched += overlap(countNgrams(hypothesis, n), mostOf(references.map((reference) => countNgrams(reference, n))));
      total += Math.max(0, hypothesis.length - n + 1);
    }
    if (matched === 0 || total === 0) return 0;
    logs += Math.log(matched / total) / maxOrder;
  }
  const penalty = length > referenceLength ? 1 : Math.exp(1 - referenceLength / length);
  return Math.exp(logs) * penalty;
}
