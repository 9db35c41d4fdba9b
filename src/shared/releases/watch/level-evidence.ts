/** Levels (a latency, a price) as logarithms: a rule says how many times worse. */
export interface LevelReference {
  /** ln of the largest level that is still no change. */
  limit: number;
  /** Of a window's ln, robustly. */
  spread: number;
}

/** How much worse than the limit; the large ones, so that a jump is not taken for a strange window the more it is one. */
const alternatives = [1.25, 2, 4, 8, 16, 32, 64].map(Math.log);
/** Student's t of 8 degrees keeps one strange window from deciding alone. */
const degrees = 8;
const leastSpread = 0.05;

/** @returns undefined where there are fewer than `least` levels */
export function levelBaseline(levels: readonly number[], ratio: number, least: number): LevelReference | undefined {
  const logs = levels.filter((level) => level > 0).map(Math.log);
  if (logs.length < least) return undefined;
  const middle = median(logs);
  // 1.4826 makes the median deviation of a normal its standard deviation.
  const spread = Math.max(leastSpread, 1.4826 * median(logs.map((log) => Math.abs(log - middle))));
  // 1.65 standard errors of a median, which are 1.25 times those of a mean.
  return { limit: middle + Math.log(ratio) + (1.65 * 1.25 * spread) / Math.sqrt(logs.length), spread };
}

/** Likelihood ratios of one window's level, an alternative each. */
export function levelEvidence(level: number, { limit, spread }: LevelReference): number[] {
  const excess = Math.log(level) - limit;
  const density = (z: number) => (1 + (z * z) / degrees) ** (-(degrees + 1) / 2);
  // At or below the limit nothing speaks for a change: the limit is the worst level that is none.
  const none = density(Math.max(0, excess) / spread);
  return alternatives.map((shift) => density((excess - shift) / spread) / none);
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const half = Math.floor(sorted.length / 2);
  const upper = sorted[half] ?? 0;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[half - 1] ?? upper)) / 2;
}
