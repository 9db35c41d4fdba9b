/** Levenshtein's distance in UTF-16 code units, one row of memory: the least insertions, deletions and replacements. */
export function editDistance(a: string, b: string): number {
  if (a === b) return 0;
  const [short, long] = a.length <= b.length ? [a, b] : [b, a];
  const row = Uint32Array.from({ length: short.length + 1 }, (_, i) => i);
  for (let i = 1; i <= long.length; i++) {
    let diagonal = i - 1;
    row[0] = i;
    const unit = long.charCodeAt(i - 1);
    for (let j = 1; j <= short.length; j++) {
      const above = row[j] ?? 0;
      const kept = diagonal + (short.charCodeAt(j - 1) === unit ? 0 : 1);
      row[j] = Math.min(kept, above + 1, (row[j - 1] ?? 0) + 1);
      diagonal = above;
    }
  }
  return row[short.length] ?? 0;
}
