import * as z from "zod";
import { defineEvaluator, type Evaluator } from "../evaluator.ts";
import { autoevalsLevenshtein } from "../text-metrics/autoevals.ts";
import { editDistance } from "../text-metrics/edit-distance.ts";
import { againstBest, NO_REFERENCE } from "./best-reference.ts";
import { NeedlesOptions, referencesOf, ValueOption } from "./needles.ts";

/** The table of two texts this long takes about a second; longer ones are cut and the reason says so. */
const LIMIT = 20_000;

const DistanceOptions = z.object({ value: ValueOption }).strict();

/** Similarity by edits: 1 - distance / the longer length, in UTF-16 code units (autoevals' Levenshtein). */
const similarity: Evaluator[] = ["levenshtein", "levenshtein@autoevals"].map((id) =>
  defineEvaluator<NeedlesOptions>({
    id,
    summary: "similarity to the reference by single-letter edits",
    scale: "fraction",
    better: "higher",
    options: NeedlesOptions,
    score(input, options) {
      const score = againstBest(input, options, (output, one) =>
        autoevalsLevenshtein(output.slice(0, LIMIT), one.slice(0, LIMIT)),
      );
      const cut = input.sample.output.length > LIMIT;
      return cut && "value" in score ? { ...score, reason: `the first ${LIMIT} characters were compared` } : score;
    },
  }),
);

/** The least edits to a reference, as a number. */
const distance = defineEvaluator<NeedlesOptions>({
  id: "edit-distance",
  summary: "single-letter edits to the nearest reference",
  scale: "number",
  better: "lower",
  options: DistanceOptions,
  score(input, options) {
    const references = referencesOf(input.case, options);
    if (references.length === 0) return NO_REFERENCE;
    const output = input.sample.output.slice(0, LIMIT);
    return { value: Math.min(...references.map((one) => editDistance(output, one.slice(0, LIMIT)))) };
  },
});

export const levenshteinFamily: Evaluator[] = [...similarity, distance];
