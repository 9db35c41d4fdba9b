/** An answer's stated confidence, 0..1, and whether it was right. */
export interface Confident {
  confidence: number;
  right: boolean;
}

/**
 * Expected calibration error, 0..1: over `bins` bins of equal width, open below, the gap between mean confidence and
 * accuracy, weighted by the bin's share of the samples (Guo et al. 2017, "On Calibration of Modern Neural Networks").
 */
export function calibrationError(items: readonly Confident[], bins = 10): number | undefined {
  if (items.length === 0) return undefined;
  const binned = new Map<number, Confident[]>();
  for (const item of items) {
    const bin = Math.min(bins - 1, Math.max(0, Math.ceil(item.confidence * bins) - 1));
    binned.set(bin, [...(binned.get(bin) ?? []), item]);
  }
  const gaps = [...binned.values()].map((members) => {
    const confidence = members.reduce((sum, m) => sum + m.confidence, 0);
    const right = members.filter((m) => m.right).length;
    return Math.abs(confidence - right);
  });
  return gaps.reduce((a, b) => a + b, 0) / items.length;
}

/** Brier's score of the confidences, 0..1, lower is better. */
export function brierScore(items: readonly Confident[]): number | undefined {
  if (items.length === 0) return undefined;
  return items.reduce((sum, { confidence, right }) => sum + (confidence - (right ? 1 : 0)) ** 2, 0) / items.length;
}
