import type { SuiteComparison, SuiteVerdict } from "./comparison.ts";
import { decideSuite } from "./decide.ts";
import { type Extension, type ExtensionBudget, nextExtension } from "./extension.ts";

/** One look at a suite's sample. */
export interface Look {
  look: number;
  /** Looks that were planned before the first. */
  looks: number;
  /** Repeats that every changed case has. */
  repeats: number;
  budget: ExtensionBudget;
  suitesInGate?: number;
}

/**
 * Decides a suite on the sample that it has, and whether it draws more: the one function that a gate calls, that
 * `npm run simulate` plays, and that the command line shows.
 */
export function takeLook(input: SuiteComparison, at: Look): { verdict: SuiteVerdict; next: Extension } {
  const { look, looks, repeats, budget, suitesInGate = 1 } = at;
  const verdict = decideSuite(input, { look, looks, suitesInGate });
  return { verdict, next: nextExtension({ verdict, repeats, budget }) };
}
