import * as z from "zod";
import { defineEvaluator, type Evaluator } from "../evaluator.ts";
import type { ScoringInput } from "../sample.ts";
import { type Claim, claimsOf } from "../text/claims.ts";
import { supportOf } from "../text/passages.ts";
import { readCase } from "../text/read-case.ts";

const Options = z
  .object({
    /** The share of a claim's weighted words that a passage must hold, as in `groundedness`. */
    level: z.number().min(0.1).max(1).default(0.65),
    /** Whose claims the passages are measured by: the case's reference, or the answer. */
    against: z.enum(["reference", "answer"]).default("reference"),
  })
  .strict();
type Options = z.infer<typeof Options>;

/** Share of the claims that some passage of the context supports: whether the context held what was needed. */
const recall = defineEvaluator<Options>({
  id: "context-recall",
  summary: "share of the reference's claims that the context holds, by words",
  scale: "fraction",
  better: "higher",
  options: Options,
  score(input, options) {
    const { passages, question } = readCase(input.case);
    const claims = claimsToCover(input, options);
    if (passages.length === 0 || claims.length === 0)
      return { notApplicable: "the case has no context, or no claims to cover" };
    const held = claims.filter((claim) => supportOf(claim, passages, question, options.level));
    return { value: held.length / claims.length };
  },
});

/**
 * Average precision of the passages in their order: of each passage that supports a claim, the share of such passages up to
 * it; their mean. 1 where the useful passages come first; 0 where none is useful.
 */
const precision = defineEvaluator<Options>({
  id: "context-precision",
  summary: "how far up in the context the passages that hold the reference's claims are",
  scale: "fraction",
  better: "higher",
  options: Options,
  score(input, options) {
    const { passages, question } = readCase(input.case);
    const claims = claimsToCover(input, options);
    if (passages.length === 0 || claims.length === 0)
      return { notApplicable: "the case has no context, or no claims to cover" };
    const useful = passages.map((passage) =>
      claims.some((claim) => supportOf(claim, [passage], question, options.level)),
    );
    const precisions = useful.flatMap((is, i) => (is ? [useful.slice(0, i + 1).filter(Boolean).length / (i + 1)] : []));
    return { value: precisions.length === 0 ? 0 : precisions.reduce((a, b) => a + b, 0) / precisions.length };
  },
});

export const contextCoverageFamily: Evaluator[] = [recall, precision];

function claimsToCover({ case: evalCase, sample }: ScoringInput, { against }: Options): Claim[] {
  const text = against === "answer" ? sample.output : evalCase.expected.join("\n");
  return claimsOf(text, readCase(evalCase).known);
}
