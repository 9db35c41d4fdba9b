import { countNgrams, overlap } from "./ngrams.ts";
import type { BleuPair } from "./nltk-bleu.ts";

/**
 * GLEU (Wu et al. 2016) as `nltk.translate.gleu_score`, 0..1: over all n-grams of `min` to `max` tokens, the smaller of
 * precision and recall; of several references the best; of a corpus the sums divided.
 */
export function corpusGleu(pairs: readonly BleuPair[], min = 1, max = 4): number {
  let matched = 0;
  let all = 0;
  for (const { hypothesis, references } of pairs) {
    const best = references
      .map((reference) => counts(hypothesis, reference, min, max))
      .filter((one) => one.all > 0)
      // The first of equals, as Python's max.
      .reduce<Counts | undefined>(
        (kept, one) => (kept && kept.matched / kept.all >= one.matched / one.all ? kept : one),
        undefined,
      );
    matched += best?.matched ?? 0;
    all += best?.all ?? 0;
  }
  return all === 0 ? 0 : matched / all;
}

interface Counts {
  matched: number;
  all: number;
}

function counts(hypothesis: readonly string[], reference: readonly string[], min: number, max: number): Counts {
  let matched = 0;
  let hypothesisTotal = 0;
  let referenceTotal = 0;
  for (let n = min; n <= max; n++) {
    matched += overlap(countNgrams(hypothesis, n), countNgrams(reference, n));
    hypothesisTotal += Math.max(0, hypothesis.length - n + 1);
    referenceTotal += Math.max(0, reference.length - n + 1);
  }
  return { matched, all: Math.max(hypothesisTotal, referenceTotal) };
}
