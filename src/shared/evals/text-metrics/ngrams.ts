/** How often each n-gram occurs. Tokens hold no NUL, so joining by it keeps n-grams apart. */
export function countNgrams(tokens: readonly string[], n: number): Map<string, number> {
  const counts = new Map<string, number>();
  for (let i = 0; i + n <= tokens.length; i++) {
    const ngram = tokens.slice(i, i + n).join("\0");
    counts.set(ngram, (counts.get(ngram) ?? 0) + 1);
  }
  return counts;
}

/** The sum over n-grams of the smaller count. */
export function overlap(a: ReadonlyMap<string, number>, b: ReadonlyMap<string, number>): number {
  let sum = 0;
  for (const [ngram, count] of a) sum += Math.min(count, b.get(ngram) ?? 0);
  return sum;
}

/** For each n-gram the most that any of the counts has. */
export function mostOf(counts: readonly ReadonlyMap<string, number>[]): Map<string, number> {
  const most = new Map<string, number>();
  for (const one of counts) for (const [ngram, count] of one) most.set(ngram, Math.max(most.get(ngram) ?? 0, count));
  return most;
}

/** The reference length nearest to the candidate's; the shorter of two equally near ones. */
export function closestLength(references: readonly number[], candidate: number): number {
  return references.reduce((best, next) => {
    const gain = Math.abs(best - candidate) - Math.abs(next - candidate);
    return gain > 0 || (gain === 0 && next < best) ? next : best;
  }, references[0] ?? 0);
}
