import * as z from "zod";
import { defineEvaluator, type Evaluator } from "../evaluator.ts";
import { autoevalsJsonDiff } from "../text-metrics/autoevals.ts";
import { parseJsonText } from "./json-text.ts";

const Options = z
  .object({
    /** The expected JSON; default: the case's `expected`, each read as JSON where it is. */
    value: z.json().optional(),
    /** Whether one fenced block in an answer counts as its JSON. */
    fenced: z.boolean().default(false),
    /** Texts that hold JSON are compared as texts. */
    preserveStrings: z.boolean().default(false),
  })
  .strict();
type Options = z.infer<typeof Options>;

/** Similarity of JSON leaf by leaf, 0..1 (autoevals' JSONDiff); the best of several references. */
export const jsonDiffFamily: Evaluator[] = ["json-diff", "json-diff@autoevals"].map((id) =>
  defineEvaluator<Options>({
    id,
    summary: "similarity of the answer's JSON to the reference's, leaf by leaf",
    scale: "fraction",
    better: "higher",
    options: Options,
    score({ case: evalCase, sample }, { value, fenced, preserveStrings }) {
      const references: unknown[] = value === undefined ? evalCase.expected : [value];
      if (references.length === 0) return { notApplicable: "neither `value` nor the case's `expected` has a value" };
      const parsed = parseJsonText(sample.output, fenced);
      const output = "error" in parsed ? sample.output : parsed.value;
      return { value: Math.max(...references.map((one) => autoevalsJsonDiff(output, one, preserveStrings))) };
    },
  }),
);
