import * as z from "zod";
import { defineEvaluator, type Evaluator } from "../evaluator.ts";
import { azureTokens } from "../text-metrics/azure-tokens.ts";
import { corpusGleu } from "../text-metrics/gleu.ts";
import { splitWhitespace } from "../text-metrics/python-text.ts";
import { tokens13a } from "../text-metrics/sacrebleu-tokenizers.ts";
import { againstAll } from "./best-reference.ts";
import { ValueOption } from "./needles.ts";

const Order = z.int().min(1).max(9);
const Options = z
  .object({ value: ValueOption, minOrder: Order.default(1), maxOrder: Order.default(4) })
  .strict()
  .refine((options) => options.minOrder <= options.maxOrder, "`minOrder` is above `maxOrder`");
type Options = z.infer<typeof Options>;

const DIALECTS: Record<string, (text: string) => string[]> = {
  azure: azureTokens,
  nltk: splitWhitespace,
  hf: tokens13a,
};

/** Sentence GLEU: the smaller of n-gram precision and recall; dialects differ in their tokens. */
export const gleuFamily: Evaluator[] = Object.entries(DIALECTS).map(([dialect, tokens]) =>
  defineEvaluator<Options>({
    id: `gleu@${dialect}`,
    summary: `n-gram overlap with the reference, precision or recall, whichever is less (${dialect})`,
    scale: "fraction",
    better: "higher",
    options: Options,
    score: (input, options) =>
      againstAll(input, options, (output, references) => {
        const pair = { hypothesis: tokens(output), references: references.map(tokens) };
        return corpusGleu([pair], options.minOrder, options.maxOrder);
      }),
  }),
);
