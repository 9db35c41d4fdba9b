import { defineEvaluator } from "../evaluator.ts";
import { squadF1 } from "../text-metrics/squad-f1.ts";
import { NeedlesOptions, needlesOf } from "./needles.ts";

/** Token F1 in SQuAD's definition (the one of Azure's F1ScoreEvaluator); the best of several references. */
export const f1 = defineEvaluator<NeedlesOptions>({
  id: "f1",
  summary: "overlap of the answer's words with the reference's (SQuAD F1)",
  scale: "fraction",
  better: "higher",
  options: NeedlesOptions,
  score(input, options) {
    const references = needlesOf(input.case, options);
    if (references.length === 0) return { notApplicable: "neither `value` nor the case's `expected` has a text" };
    return { value: Math.max(...references.map((reference) => squadF1(input.sample.output, reference))) };
  },
});
