import * as z from "zod";
import type { EvalCase } from "../../repository/suite.ts";
import { defineEvaluator } from "../evaluator.ts";
import { LANGUAGES, languageOf } from "../text/language.ts";

const Options = z
  .object({
    /** ISO 639-1; default: the case's segment `language`. */
    language: z
      .string()
      .refine((name) => LANGUAGES.includes(name), { error: `one of ${LANGUAGES.join(", ")}` })
      .optional(),
  })
  .strict();
type Options = z.infer<typeof Options>;

/**
 * 0 where the answer is in another language than the expected one, else 1: an answer that is too short to tell ("42")
 * counts as right, an empty one as wrong.
 */
export const language = defineEvaluator<Options>({
  id: "language",
  summary: "the answer is in the expected language",
  scale: "binary",
  better: "higher",
  revision: 1,
  options: Options,
  score({ case: evalCase, sample }, options) {
    const wanted = options.language ?? segmentLanguage(evalCase);
    if (wanted === undefined)
      return { notApplicable: "neither `language` nor the case's segment `language` names one" };
    if (!LANGUAGES.includes(wanted)) return { notApplicable: `the language "${wanted}" cannot be told` };
    if (sample.output.trim() === "") return { value: 0, reason: "the answer is empty" };
    const found = languageOf(sample.output);
    if (found === undefined) return { value: 1, reason: "too short to tell" };
    return found === wanted ? { value: 1 } : { value: 0, reason: `in ${found}, not ${wanted}` };
  },
});

/** `de-AT` asks for `de`. */
function segmentLanguage(evalCase: EvalCase): string | undefined {
  return evalCase.segments.language?.toLowerCase().split(/[-_]/)[0];
}
