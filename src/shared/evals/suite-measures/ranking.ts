/** A ranked answer: ids from the first on, and the gain of each relevant id (1 where relevance is yes or no). */
export interface Ranked {
  ranked: readonly string[];
  gains: ReadonlyMap<string, number>;
}

/** Relevant ids among the first k / k: places left empty count as misses. */
export function precisionAtK({ ranked, gains }: Ranked, k: number): number {
  return hits(ranked.slice(0, k), gains) / k;
}

/** Relevant ids among the first k / all relevant ids. */
export function recallAtK({ ranked, gains }: Ranked, k: number): number {
  return relevantCount(gains) === 0 ? 0 : hits(ranked.slice(0, k), gains) / relevantCount(gains);
}

/** 1 / the place of the first relevant id, 0 where none is there; its mean over cases is MRR. */
export function reciprocalRank({ ranked, gains }: Ranked): number {
  const place = ranked.findIndex((id) => isRelevant(id, gains));
  return place < 0 ? 0 : 1 / (place + 1);
}

/** Mean over all relevant ids of the precision at their place, 0 for those not ranked; its mean over cases is MAP. */
export function averagePrecision({ ranked, gains }: Ranked): number {
  let found = 0;
  let total = 0;
  for (const [i, id] of unique(ranked).entries()) {
    if (!isRelevant(id, gains)) continue;
    found++;
    total += found / (i + 1);
  }
  return relevantCount(gains) === 0 ? 0 : total / relevantCount(gains);
}

/** Discounted cumulative gain of the first k by the gain itself, log2(place + 1), over the best possible (Järvelin 2002). */
export function ndcgAtK({ ranked, gains }: Ranked, k: number): number {
  const discounted = (values: readonly number[]) =>
    values.slice(0, k).reduce((sum, gain, i) => sum + gain / Math.log2(i + 2), 0);
  const best = discounted([...gains.values()].filter((gain) => gain > 0).sort((a, b) => b - a));
  return best === 0 ? 0 : discounted(unique(ranked).map((id) => Math.max(0, gains.get(id) ?? 0))) / best;
}

function hits(ids: readonly string[], gains: ReadonlyMap<string, number>): number {
  return unique(ids).filter((id) => isRelevant(id, gains)).length;
}

/** An id that is named twice counts at its first place. */
function unique(ids: readonly string[]): string[] {
  return [...new Set(ids)];
}

function isRelevant(id: string, gains: ReadonlyMap<string, number>): boolean {
  return (gains.get(id) ?? 0) > 0;
}

function relevantCount(gains: ReadonlyMap<string, number>): number {
  return [...gains.values()].filter((gain) => gain > 0).length;
}
