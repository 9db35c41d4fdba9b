/** The chance that one gate blocks although nothing was lost, over all of its suites, metrics and segments. One-sided. */
export const FAMILY_LEVEL = 0.025;

/** The chance that one metric passes although it lost its whole margin. One-sided. */
export const PASS_ERROR = 0.05;

/** Confidence of the intervals that are shown. Two-sided. */
export const SHOWN_LEVEL = 0.95;

/** Power at which minimal detectable effects and needed cases are said. */
export const POWER = 0.8;

/** A segment with fewer cases is shown and not tested: even if every case lost, signs alone would hardly prove it. */
export const MIN_SEGMENT_CASES = 8;

const FIRST_LOOK_SHARE = 0.6;

/**
 * The part of an error level that one look may spend. A suite that may extend its sample looks at it more than once, and
 * each look could err; the parts add up to 1, so by Bonferroni's inequality all looks together hold the level, however
 * the looks depend on one another. A suite that cannot extend spends it all at once.
 */
export function lookShare(look: number, looks: number): number {
  if (looks <= 1) return 1;
  return look <= 1 ? FIRST_LOOK_SHARE : (1 - FIRST_LOOK_SHARE) / (looks - 1);
}
