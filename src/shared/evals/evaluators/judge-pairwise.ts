import * as z from "zod";
import { defineEvaluator, type Score } from "../evaluator.ts";
import { askJudge } from "../judges/ask-judge.ts";
import { letterOf } from "../judges/define-judge.ts";
import { askedJudge, judgeOptions } from "../judges/judge-model.ts";
import { type JudgePrompt, judgeMessages, judgePromptDigest } from "../judges/judge-prompt.ts";
import { answerOf, questionOf } from "../judges/material.ts";
import { Chosen } from "../judges/read-judgement.ts";

const Options = z
  .object({
    ...judgeOptions,
    /** What makes an answer the better one. */
    criterion: z.string().min(5).max(8000).default("Which answer helps the person who asked more, and is right?"),
  })
  .strict();

const prompt: JudgePrompt = {
  task: "Two answers to the same question are given. Say by the criterion which is better: A, B, or T if neither is. Which of them comes first says nothing.",
  answer: '{"reason": "one or two sentences", "choice": "T"}',
};
const shape = Chosen.refine(({ choice }) => /^[ABT]$/.test(letterOf(choice)), {
  error: "the choice must be A, B or T",
});

/**
 * The answer against the case's reference, asked twice with the places swapped, since judges favour a place: 1 where it
 * wins in both, 0 where it loses in both, else 0.5. Base and head meet the same reference, so their scores compare.
 */
export const judgePairwise = defineEvaluator<z.infer<typeof Options>>({
  id: "judge/pairwise",
  summary: "whether the answer beats the case's reference in both places, by a judge",
  scale: "fraction",
  better: "higher",
  options: Options,
  asks: (options) => [askedJudge(options, judgePromptDigest(prompt))],
  async score({ case: item, sample }, options, models): Promise<Score> {
    const [reference] = item.expected;
    if (reference === undefined) return { notApplicable: "the case has no `expected`" };
    if (sample.outcome === "filtered") return { missing: "there is no answer to judge" };
    const ask = (a: string, b: string) => {
      const texts = [
        ["criterion", options.criterion],
        ["question", questionOf(item)],
        ["answer A", a],
        ["answer B", b],
      ];
      const material = texts.map(([name = "", text = ""]) => [name, text] as const);
      return askJudge(options, judgeMessages(prompt, material), shape, sample.repeat, models);
    };
    const first = await ask(answerOf(sample), reference);
    if ("missing" in first) return first;
    const second = await ask(reference, answerOf(sample));
    if ("missing" in second) return second;
    const points = [pointsOf(first.judged.choice, "A"), pointsOf(second.judged.choice, "B")] as const;
    const by = [...new Set([first.judgedBy, second.judgedBy])];
    const judgedBy = by.length > 1 ? by.join(" and ") : by[0];
    const value = points[0] === points[1] ? points[0] : 0.5;
    const reason = points[0] === points[1] ? first.judged.reason : "the judge changed its mind with the places swapped";
    return { value, ...(reason ? { reason: reason.slice(0, 600) } : {}), ...(judgedBy ? { judgedBy } : {}) };
  },
});

function pointsOf(choice: string, own: "A" | "B"): number {
  const letter = letterOf(choice);
  if (letter === "T") return 0.5;
  return letter === own ? 1 : 0;
}
