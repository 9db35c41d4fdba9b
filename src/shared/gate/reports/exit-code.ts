import type { Verdict } from "../comparison.ts";

/** What a process ends with: 0 pass, 1 usage or infrastructure, 2 regressed, 3 inconclusive. */
export function exitCodeOf(verdict: Verdict): 0 | 1 | 2 | 3 {
  const codes = { pass: 0, notEvaluated: 1, regressed: 2, inconclusive: 3 } as const;
  return codes[verdict];
}
