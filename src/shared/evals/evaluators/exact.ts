import * as z from "zod";
import { defineEvaluator, type Evaluator } from "../evaluator.ts";
import { autoevalsExact } from "../text-metrics/autoevals.ts";
import { hfExactMatch } from "../text-metrics/hf-exact-match.ts";
import { inspectExact } from "../text-metrics/inspect-classification.ts";
import { againstAll, againstBest } from "./best-reference.ts";
import { LinearPattern } from "./linear-regex.ts";
import { NeedlesOptions, ValueOption } from "./needles.ts";

const HfOptions = z
  .object({
    value: ValueOption,
    regexesToIgnore: z.array(LinearPattern).default([]),
    ignoreCase: z.boolean().default(false),
    ignorePunctuation: z.boolean().default(false),
    ignoreNumbers: z.boolean().default(false),
  })
  .strict();

const common = { scale: "binary", better: "higher" } as const;

/** Exact match in three dialects; `equals` is the house's own. */
export const exactFamily: Evaluator[] = [
  defineEvaluator<z.infer<typeof HfOptions>>({
    ...common,
    id: "exact@hf",
    summary: "the answer is the reference text (Hugging Face exact_match)",
    options: HfOptions,
    score: (input, options) => againstBest(input, options, (output, one) => hfExactMatch(output, one, options)),
  }),
  defineEvaluator<NeedlesOptions>({
    ...common,
    id: "exact@inspect",
    summary: "the answer is the reference text after normalisation (inspect_ai)",
    options: NeedlesOptions,
    score: (input, options) => againstAll(input, options, inspectExact),
  }),
  defineEvaluator<NeedlesOptions>({
    ...common,
    id: "exact@autoevals",
    summary: "the answer is the reference text (autoevals ExactMatch)",
    options: NeedlesOptions,
    score: (input, options) => againstBest(input, options, autoevalsExact),
  }),
];
