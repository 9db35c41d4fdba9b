import { porterStem } from "../text/porter-stemmer.ts";
import { countNgrams, overlap } from "./ngrams.ts";

export interface RougeScore {
  precision: number;
  recall: number;
  f: number;
}

/** `1` to `9` for n-grams, `L` for the longest common subsequence, `Lsum` for its union over newline-parted sentences. */
export type RougeType = `${number}` | "L" | "Lsum";

/**
 * ROUGE as google-research's rouge_score; Azure and Hugging Face wrap it. All parts 0..1; an empty side is 0. Of several
 * references the one with the best f counts, as `score_multi`.
 */
export function rouge(
  prediction: string,
  references: readonly string[],
  type: RougeType,
  useStemmer = false,
): RougeScore {
  const scores = references.map((reference) => rougeOfPair(prediction, reference, type, useStemmer));
  return scores.reduce((best, next) => (next.f > best.f ? next : best), { precision: 0, recall: 0, f: 0 });
}

function rougeOfPair(prediction: string, reference: string, type: RougeType, useStemmer: boolean): RougeScore {
  if (type === "Lsum") return summaryLevel(sentences(reference, useStemmer), sentences(prediction, useStemmer));
  const target = rougeTokens(reference, useStemmer);
  const predicted = rougeTokens(prediction, useStemmer);
  if (type === "L") return ratio(lengthOfLcs(target, predicted), predicted.length, target.length);
  const n = Number(type);
  const matched = overlap(countNgrams(target, n), countNgrams(predicted, n));
  return ratio(matched, predicted.length - n + 1, target.length - n + 1);
}

/** Lower case, runs of anything but ASCII letters and digits part tokens; stems only of tokens longer than three. */
function rougeTokens(text: string, useStemmer: boolean): string[] {
  const tokens = text.toLowerCase().match(/[a-z0-9]+/g) ?? [];
  return useStemmer ? tokens.map((token) => (token.length > 3 ? porterStem(token) : token)) : [...tokens];
}

function sentences(text: string, useStemmer: boolean): string[][] {
  return text
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => rougeTokens(line, useStemmer));
}

function ratio(matched: number, predicted: number, target: number): RougeScore {
  if (matched === 0) return { precision: 0, recall: 0, f: 0 };
  const precision = matched / predicted;
  const recall = matched / target;
  return { precision, recall, f: (2 * precision * recall) / (precision + recall) };
}

function lengthOfLcs(a: readonly string[], b: readonly string[]): number {
  let row = new Uint32Array(b.length + 1);
  for (const token of a) {
    const next = new Uint32Array(b.length + 1);
    for (let j = 1; j <= b.length; j++)
      next[j] = token === b[j - 1] ? (row[j - 1] ?? 0) + 1 : Math.max(row[j] ?? 0, next[j - 1] ?? 0);
    row = next;
  }
  return row[b.length] ?? 0;
}

/** Section 3.2 of the ROUGE paper; no token counts twice, as in ROUGE 1.5.5. */
function summaryLevel(targets: readonly string[][], predictions: readonly string[][]): RougeScore {
  const inTarget = countNgrams(targets.flat(), 1);
  const inPrediction = countNgrams(predictions.flat(), 1);
  let hits = 0;
  for (const target of targets) {
    const union = new Set(predictions.flatMap((prediction) => lcsIndexes(target, prediction)));
    for (const index of [...union].sort((a, b) => a - b)) {
      const token = target[index] ?? "";
      const left = inTarget.get(token) ?? 0;
      const right = inPrediction.get(token) ?? 0;
      if (left === 0 || right === 0) continue;
      hits++;
      inTarget.set(token, left - 1);
      inPrediction.set(token, right - 1);
    }
  }
  return ratio(hits, predictions.flat().length, targets.flat().length);
}

/** Places in `target` of one longest common subsequence, the one that rouge_score's backtracking finds. */
function lcsIndexes(target: readonly string[], prediction: readonly string[]): number[] {
  const columns = prediction.length + 1;
  const table = new Uint32Array((target.length + 1) * columns);
  const at = (i: number, j: number) => table[i * columns + j] ?? 0;
  for (let i = 1; i <= target.length; i++)
    for (let j = 1; j < columns; j++)
      table[i * columns + j] =
        target[i - 1] === prediction[j - 1] ? at(i - 1, j - 1) + 1 : Math.max(at(i - 1, j), at(i, j - 1));
  const indexes: number[] = [];
  let i = target.length;
  let j = prediction.length;
  while (i > 0 && j > 0) {
    if (target[i - 1] === prediction[j - 1]) {
      indexes.push(i - 1);
      i--;
      j--;
    } else if (at(i, j - 1) > at(i - 1, j)) j--;
    else i--;
  }
  return indexes;
}
