import * as z from "zod";
import { defineEvaluator, type Evaluator } from "../evaluator.ts";
import { inspectF1 } from "../text-metrics/inspect-classification.ts";
import { squadF1 } from "../text-metrics/squad-f1.ts";
import { againstAll, againstBest } from "./best-reference.ts";
import { NeedlesOptions, ValueOption } from "./needles.ts";

const InspectOptions = z.object({ value: ValueOption, stopWords: z.array(z.string()).default([]) }).strict();

const common = { scale: "fraction", better: "higher" } as const;

/**
 * Token F1: `f1` and `f1@squad` by SQuAD's definition, which Azure's F1ScoreEvaluator (`f1@azure`) shares; `f1@inspect`
 * by Inspect's, over sets of words and rounded to two places. The best of several references counts.
 */
export const f1Family: Evaluator[] = [
  ...["f1", "f1@squad", "f1@azure"].map((id) =>
    defineEvaluator<NeedlesOptions>({
      ...common,
      id,
      summary: "overlap of the answer's words with the reference's (SQuAD F1)",
      options: NeedlesOptions,
      score: (input, options) => againstBest(input, options, squadF1),
    }),
  ),
  defineEvaluator<z.infer<typeof InspectOptions>>({
    ...common,
    id: "f1@inspect",
    summary: "overlap of the answer's words with the reference's (inspect_ai)",
    options: InspectOptions,
    score: (input, options) =>
      againstAll(input, options, (output, references) => inspectF1(output, references, options.stopWords)),
  }),
];
