import * as z from "zod";
import { defineEvaluator } from "../evaluator.ts";
import { answerLabel } from "../text/answer-label.ts";

const Options = z
  .object({
    /** All classes, so that a text that names two of them is told from one that names its own. */
    classes: z.array(z.string().min(1)).min(2),
  })
  .strict();

/** 1 where the answer names the case's class (its first `expected`) and no other; the mean is accuracy. */
export const label = defineEvaluator<z.infer<typeof Options>>({
  id: "label",
  summary: "the answer names the case's class",
  scale: "binary",
  better: "higher",
  options: Options,
  score({ case: evalCase, sample }, { classes }) {
    const [expected] = evalCase.expected;
    if (expected === undefined) return { notApplicable: "the case's `expected` names no class" };
    const { label: said } = answerLabel(sample.output, [...new Set([...classes, expected])]);
    return said === expected ? { value: 1 } : { value: 0, reason: said === "" ? "no class, or several" : said };
  },
});
