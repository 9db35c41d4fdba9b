import * as z from "zod";
import { defineEvaluator } from "../evaluator.ts";

const Options = z
  .object({
    value: z.union([z.string(), z.array(z.string()).min(1)]).optional(),
    ignoreCase: z.boolean().default(false),
    /** White space at the ends is dropped and inside counts as one blank. */
    ignoreWhitespace: z.boolean().default(true),
    ignorePunctuation: z.boolean().default(false),
    ignoreAccents: z.boolean().default(false),
    /** Drops `a`, `an`, `the`. */
    ignoreArticles: z.boolean().default(false),
  })
  .strict();
type Options = z.infer<typeof Options>;

/** 1 where the answer is one of the reference texts, after the normalisation that the options name. */
export const equals = defineEvaluator<Options>({
  id: "equals",
  summary: "the answer is one of the reference texts",
  scale: "binary",
  better: "higher",
  options: Options,
  score({ case: evalCase, sample }, options) {
    const references = options.value === undefined ? evalCase.expected : [options.value].flat();
    if (references.length === 0) return { notApplicable: "neither `value` nor the case's `expected` has a text" };
    const output = normalise(sample.output, options);
    return { value: references.some((reference) => normalise(reference, options) === output) ? 1 : 0 };
  },
});

function normalise(text: string, options: Options): string {
  let result = text.normalize("NFC");
  if (options.ignoreCase) result = result.toLowerCase();
  if (options.ignoreAccents) result = result.normalize("NFD").replace(/\p{M}/gu, "");
  if (options.ignorePunctuation) result = result.replace(/[\p{P}\p{S}]/gu, "");
  if (options.ignoreArticles) result = result.replace(/\b(?:a|an|the)\b/gi, " ");
  return options.ignoreWhitespace ? result.replace(/\s+/g, " ").trim() : result;
}
