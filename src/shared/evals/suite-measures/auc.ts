/** One decision with a score: whether the class is the true one, and how high it was scored. */
export interface Scored {
  positive: boolean;
  score: number;
}

/**
 * Area under the ROC curve, 0..1: the chance that a positive is scored above a negative, ties counting half (Mann and
 * Whitney's U over the number of pairs, with midranks). Undefined where a side has no sample.
 */
export function rocAuc(items: readonly Scored[]): number | undefined {
  const positives = items.filter((item) => item.positive).length;
  const negatives = items.length - positives;
  if (positives === 0 || negatives === 0) return undefined;
  const sorted = [...items].sort((a, b) => a.score - b.score);
  let rankSum = 0;
  let start = 0;
  while (start < sorted.length) {
    let end = start;
    while (end + 1 < sorted.length && sorted[end + 1]?.score === sorted[start]?.score) end++;
    const midrank = (start + end) / 2 + 1;
    for (let i = start; i <= end; i++) if (sorted[i]?.positive) rankSum += midrank;
    start = end + 1;
  }
  return (rankSum - (positives * (positives + 1)) / 2) / (positives * negatives);
}
