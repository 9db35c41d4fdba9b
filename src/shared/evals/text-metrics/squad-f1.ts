/** What Python's `string.punctuation` holds: ASCII alone. */
const ASCII_PUNCTUATION = /[!-/:-@[-`{-~]/g;

/** SQuAD v1.1's normalisation: lower case, ASCII punctuation off, then articles, then white space. */
function squadNormalise(text: string): string {
  return text
    .toLowerCase()
    .replace(ASCII_PUNCTUATION, "")
    .replace(/(?<![\p{L}\p{N}_])(?:a|an|the)(?![\p{L}\p{N}_])/gu, " ")
    .split(/\s+/)
    .filter((word) => word !== "")
    .join(" ");
}

/**
 * SQuAD v1.1 token F1, 0..1, over multisets of words. Nothing in common is 0, two empty texts included (SQuAD 2.0 would
 * say 1). Source: huggingface/evaluate metrics/squad; Azure's F1ScoreEvaluator computes the same.
 */
export function squadF1(prediction: string, reference: string): number {
  const predicted = words(prediction);
  const expected = words(reference);
  const left = new Map<string, number>();
  for (const word of expected) left.set(word, (left.get(word) ?? 0) + 1);
  let common = 0;
  for (const word of predicted) {
    const count = left.get(word) ?? 0;
    if (count === 0) continue;
    left.set(word, count - 1);
    common++;
  }
  if (common === 0) return 0;
  const precision = common / predicted.length;
  const recall = common / expected.length;
  return (2 * precision * recall) / (precision + recall);
}

function words(text: string): string[] {
  return squadNormalise(text)
    .split(" ")
    .filter((word) => word !== "");
}
