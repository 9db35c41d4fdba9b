import * as z from "zod";
import { defineEvaluator } from "../evaluator.ts";
import { supportOf } from "../text/passages.ts";
import { readClaims } from "../text/read-answer.ts";
import { readCase } from "../text/read-case.ts";

const Options = z
  .object({
    /** The share of a claim's weighted content tokens that one passage must hold, 0..1. */
    level: z.number().min(0.1).max(1).default(0.65),
  })
  .strict();

/**
 * Lexical groundedness, without a model: supported claims / claims, 0..1. A claim is a sentence that asserts something
 * (see claims.ts); it is supported by a passage that holds at least `level` of its content tokens by weight, every number
 * in it, and does not say the opposite (see passages.ts). An answer without any claim ("I do not know") scores 1: it
 * invents nothing. An empty answer scores 0, else silencing a prompt would look like grounding it. Words are compared by
 * English and German stems, so an answer in another language than its context finds little support.
 */
export const groundedness = defineEvaluator<z.infer<typeof Options>>({
  id: "groundedness",
  summary: "share of the answer's claims that the case's context supports, by words",
  scale: "fraction",
  better: "higher",
  options: Options,
  score(input, { level }) {
    const { case: evalCase, sample } = input;
    const { passages, question } = readCase(evalCase);
    if (passages.length === 0) return { notApplicable: "the case has no context" };
    if (sample.output.trim() === "") return { value: 0, reason: "the answer is empty" };
    const claims = readClaims(input);
    if (claims.length === 0) return { value: 1, reason: "the answer claims nothing" };
    const unsupported = claims.filter((claim) => !supportOf(claim, passages, question, level));
    const value = (claims.length - unsupported.length) / claims.length;
    if (unsupported.length === 0) return { value };
    const shown = unsupported.slice(0, 3).map((claim) => `“${claim.text.slice(0, 160)}”`);
    return { value, reason: `${unsupported.length} of ${claims.length} claims unsupported: ${shown.join(" ")}` };
  },
});
