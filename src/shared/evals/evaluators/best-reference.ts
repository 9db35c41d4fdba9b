import type { Score } from "../evaluator.ts";
import type { ScoringInput } from "../sample.ts";
import { type NeedlesOptions, referencesOf } from "./needles.ts";

export const NO_REFERENCE = { notApplicable: "neither `value` nor the case's `expected` has a text" } satisfies Score;

/** The score against all references at once, for measures that take several. */
export function againstAll(
  input: ScoringInput,
  options: NeedlesOptions,
  score: (output: string, references: string[]) => number,
): Score {
  const references = referencesOf(input.case, options);
  return references.length === 0 ? NO_REFERENCE : { value: score(input.sample.output, references) };
}

/** The best score against one reference, for measures that take one. */
export function againstBest(
  input: ScoringInput,
  options: NeedlesOptions,
  score: (output: string, reference: string) => number,
): Score {
  return againstAll(input, options, (output, references) => Math.max(...references.map((one) => score(output, one))));
}
