import { holm, testable } from "../statistics/multiple-testing.ts";

/** One test that could block. */
export interface Hypothesis {
  p: number;
  /** The least p that this test could have given, whatever the direction of its differences. */
  leastP: number;
}

/**
 * Holm's adjusted p for every test of a suite's family, in the order given. A test whose differences are so few that even
 * all losses would not be significant cannot block; it takes no share of the error from the others (Tarone 1990) and
 * has 1. Compare with `level`. `size`: how many tests share the error.
 */
export function adjustFamily(tests: Hypothesis[], level: number): { adjusted: number[]; size: number } {
  const able = testable(
    tests.map((test) => test.leastP),
    level,
  );
  const adjusted = tests.map(() => 1);
  const corrected = holm(able.map((index) => tests[index]?.p ?? 1));
  for (const [position, index] of able.entries()) adjusted[index] = corrected[position] ?? 1;
  return { adjusted, size: able.length };
}
