import * as z from "zod";
import { defineEvaluator, type Evaluator } from "../evaluator.ts";
import { azureTokens } from "../text-metrics/azure-tokens.ts";
import { hfBleu } from "../text-metrics/hf-bleu.ts";
import { nltkBleu } from "../text-metrics/nltk-bleu.ts";
import { SMOOTHING_METHODS } from "../text-metrics/nltk-smoothing.ts";
import { splitWhitespace } from "../text-metrics/python-text.ts";
import { SACREBLEU_SMOOTHING, sacrebleuSentence } from "../text-metrics/sacrebleu.ts";
import { SACREBLEU_TOKENIZERS } from "../text-metrics/sacrebleu-tokenizers.ts";
import { againstAll } from "./best-reference.ts";
import { NeedlesOptions, ValueOption } from "./needles.ts";

const NltkOptions = z
  .object({
    value: ValueOption,
    smoothing: z.enum(SMOOTHING_METHODS).default("method0"),
    /** Weight of each n-gram order from 1 on. */
    weights: z.array(z.number().min(0).max(1)).min(1).max(9).default([0.25, 0.25, 0.25, 0.25]),
  })
  .strict();
const SacrebleuOptions = z
  .object({
    value: ValueOption,
    tokenize: z.enum(SACREBLEU_TOKENIZERS).default("13a"),
    smoothMethod: z.enum(SACREBLEU_SMOOTHING).default("exp"),
    smoothValue: z.number().min(0).optional(),
    lowercase: z.boolean().default(false),
    maxOrder: z.int().min(1).max(9).default(4),
  })
  .strict();
const HfOptions = z
  .object({ value: ValueOption, maxOrder: z.int().min(1).max(9).default(4), smooth: z.boolean().default(false) })
  .strict();

const common = { scale: "fraction", better: "higher" } as const;

/**
 * Sentence BLEU by dialect, all scaled 0..1 (sacrebleu prints a hundred times that). Dialects differ in tokens, smoothing
 * and brevity, and so in their figures: a threshold belongs to one of them. Two identical texts of two or three words score
 * below 1 under `bleu@azure`; that is its definition.
 */
export const bleuFamily: Evaluator[] = [
  defineEvaluator<NeedlesOptions>({
    ...common,
    id: "bleu@azure",
    summary: "n-gram precision against the references (Azure's BleuScoreEvaluator)",
    options: NeedlesOptions,
    score: (input, options) =>
      againstAll(input, options, (output, references) => {
        const pair = { hypothesis: azureTokens(output), references: references.map(azureTokens) };
        return nltkBleu(pair, { smoothing: { method: "method4" } });
      }),
  }),
  defineEvaluator<z.infer<typeof NltkOptions>>({
    ...common,
    id: "bleu@nltk",
    summary: "n-gram precision against the references (NLTK, words by white space)",
    options: NltkOptions,
    score: (input, options) =>
      againstAll(input, options, (output, references) => {
        const pair = { hypothesis: splitWhitespace(output), references: references.map(splitWhitespace) };
        // Methods 5 and 7 give the very text a little more than 1.
        return Math.min(1, nltkBleu(pair, { weights: options.weights, smoothing: { method: options.smoothing } }));
      }),
  }),
  defineEvaluator<z.infer<typeof SacrebleuOptions>>({
    ...common,
    id: "bleu@sacrebleu",
    summary: "n-gram precision against the references (sacrebleu, divided by 100)",
    options: SacrebleuOptions,
    score: (input, options) =>
      againstAll(input, options, (prediction, references) =>
        Math.min(1, sacrebleuSentence({ prediction, references }, options) / 100),
      ),
  }),
  defineEvaluator<z.infer<typeof HfOptions>>({
    ...common,
    id: "bleu@hf",
    summary: "n-gram precision against the references (Hugging Face evaluate)",
    options: HfOptions,
    score: (input, options) =>
      againstAll(input, options, (prediction, references) => hfBleu([{ prediction, references }], options)),
  }),
];
