import * as z from "zod";
import { defineEvaluator } from "../evaluator.ts";
import { type AnswerWindow, answerWindows, isStated } from "../text/stated-fact.ts";

const Options = z
  .object({
    /** The share of a fact's content words that must stand together, 0..1, rounded up to whole words. */
    level: z.number().min(0.1).max(1).default(0.75),
  })
  .strict();

/**
 * Coverage of the case's key facts: stated facts / facts, 0..1. A fact is stated where one sentence of the answer, or two
 * neighbours, hold at least `level` of its content words (stemmed, in any order) and every number and unit in it, in
 * clauses of the fact's polarity (see stated-fact.ts).
 */
export const facts = defineEvaluator<z.infer<typeof Options>>({
  id: "facts",
  summary: "share of the case's key facts that the answer states",
  scale: "fraction",
  better: "higher",
  options: Options,
  score({ case: evalCase, sample }, { level }) {
    if (evalCase.facts.length === 0) return { notApplicable: "the case has no facts" };
    const windows: AnswerWindow[] = answerWindows(sample.output);
    const absent = evalCase.facts.filter((fact) => !isStated(fact, windows, level));
    const value = (evalCase.facts.length - absent.length) / evalCase.facts.length;
    return absent.length === 0 ? { value } : { value, reason: `not stated: ${absent.slice(0, 5).join("; ")}` };
  },
});
