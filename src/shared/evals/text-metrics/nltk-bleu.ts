import { closestLength, countNgrams, mostOf, overlap } from "./ngrams.ts";
import { type Precision, type Smoothing, smoothed } from "./nltk-smoothing.ts";

/** BLEU as `nltk.translate.bleu_score` computes it (NLTK 3.8). Tokens come in; texts are split by the caller's dialect. */
export interface BleuPair {
  hypothesis: readonly string[];
  references: readonly (readonly string[])[];
}

export interface NltkBleuOptions {
  /** Weight of each n-gram order from 1 on. */
  weights?: readonly number[];
  smoothing?: Smoothing;
  /** Uniform weights over the hypothesis' length where it is under 4 and the weights are the default. */
  autoReweigh?: boolean;
}

const UNIFORM_4 = [0.25, 0.25, 0.25, 0.25];

/** Sentence BLEU, 0..1. */
export function nltkBleu(pair: BleuPair, options: NltkBleuOptions = {}): number {
  return nltkCorpusBleu([pair], options);
}

/** Corpus BLEU, 0..1: counts are summed over the pairs before they are divided. No common word at all is 0. */
export function nltkCorpusBleu(pairs: readonly BleuPair[], options: NltkBleuOptions = {}): number {
  const weights = weightsFor(pairs, options);
  const precisions = weights.map((_, order) => sumOf(pairs.map((pair) => modifiedPrecision(pair, order + 1))));
  const last = pairs.at(-1);
  if (last === undefined || precisions[0]?.matched === 0) return 0;
  const length = pairs.reduce((sum, pair) => sum + pair.hypothesis.length, 0);
  const closest = pairs.reduce((sum, pair) => sum + closestReferenceLength(pair), 0);
  const values = smoothed(precisions, options.smoothing ?? { method: "method0" }, {
    length,
    // NLTK smooths a corpus with what its loop saw last.
    ngramsOf: (n) => Math.max(0, last.hypothesis.length - n + 1),
    precisionOf: (n) => modifiedPrecision(last, n),
  });
  const logs = weights.map((weight, i) => ((values[i] ?? 0) > 0 ? weight * Math.log(values[i] ?? 0) : 0));
  return brevityPenalty(closest, length) * Math.exp(logs.reduce((a, b) => a + b, 0));
}

/** Clipped n-gram matches and the hypothesis' n-grams, of which NLTK counts at least one. */
export function modifiedPrecision({ hypothesis, references }: BleuPair, n: number): Precision {
  const counts = countNgrams(hypothesis, n);
  const matched = overlap(counts, mostOf(references.map((reference) => countNgrams(reference, n))));
  return { matched, total: Math.max(1, hypothesis.length - n + 1) };
}

/** 1 where the hypothesis is longer than the reference, else exp(1 - reference / hypothesis); 0 for an empty one. */
export function brevityPenalty(referenceLength: number, hypothesisLength: number): number {
  if (hypothesisLength > referenceLength) return 1;
  return hypothesisLength === 0 ? 0 : Math.exp(1 - referenceLength / hypothesisLength);
}

function closestReferenceLength({ hypothesis, references }: BleuPair): number {
  return closestLength(
    references.map((reference) => reference.length),
    hypothesis.length,
  );
}

function weightsFor(
  pairs: readonly BleuPair[],
  { weights = UNIFORM_4, autoReweigh }: NltkBleuOptions,
): readonly number[] {
  const length = pairs.reduce((sum, pair) => sum + pair.hypothesis.length, 0);
  const isDefault = weights.length === 4 && weights.every((weight) => weight === 0.25);
  return autoReweigh && isDefault && length > 0 && length < 4 ? Array.from({ length }, () => 1 / length) : weights;
}

function sumOf(precisions: readonly Precision[]): Precision {
  return precisions.reduce((a, b) => ({ matched: a.matched + b.matched, total: a.total + b.total }));
}
