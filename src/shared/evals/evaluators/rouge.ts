import * as z from "zod";
import { defineEvaluator, type Evaluator } from "../evaluator.ts";
import { type RougeType, rouge } from "../text-metrics/rouge.ts";
import { againstAll } from "./best-reference.ts";
import { ValueOption } from "./needles.ts";

const part = z.enum(["f", "precision", "recall"]).default("f");
const Options = z.object({ value: ValueOption, part, useStemmer: z.boolean().default(false) }).strict();
type Options = z.infer<typeof Options>;

const AzureOptions = z
  .object({ value: ValueOption, part })
  .strict()
  .transform((options) => ({ ...options, useStemmer: false }));

const TYPES: RougeType[] = ["1", "2", "3", "4", "5", "L", "Lsum"];

/**
 * ROUGE, `rouge1@google` to `rougeLsum@google`; Azure and Hugging Face wrap the same scorer, so `@azure` (never stemmed)
 * and `@hf` give the same figures and are there for the names that people bring along.
 */
export const rougeFamily: Evaluator[] = TYPES.flatMap((type) =>
  ["google", "azure", "hf"].map((dialect) =>
    defineEvaluator<Options>({
      id: `rouge${type}@${dialect}`,
      summary: `overlap with the reference by ROUGE-${type} (${dialect})`,
      scale: "fraction",
      better: "higher",
      options: dialect === "azure" ? AzureOptions : Options,
      score: (input, options) =>
        againstAll(
          input,
          options,
          (output, references) => rouge(output, references, type, options.useStemmer)[options.part],
        ),
    }),
  ),
);
