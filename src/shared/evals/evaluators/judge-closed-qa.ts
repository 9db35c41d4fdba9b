import * as z from "zod";
import { defineJudge, letterOf } from "../judges/define-judge.ts";
import { judgeOptions } from "../judges/judge-model.ts";
import { askedAndAnswered } from "../judges/material.ts";
import { Chosen } from "../judges/read-judgement.ts";

const Options = z
  .object({
    ...judgeOptions,
    /** What the answer must do; it does or it does not. */
    criterion: z.string().min(5).max(8000),
  })
  .strict();

const values: Record<string, number> = { Y: 1, N: 0 };

/** Whether the answer meets one criterion. */
export const judgeClosedQa = defineJudge({
  id: "judge/closed-qa",
  summary: "whether the answer meets the criterion, by a judge",
  scale: "binary",
  options: Options,
  prompt: {
    task: "Say whether the answer meets the criterion: Y if it does, N if it does not or only in part.",
    answer: '{"reason": "one or two sentences", "choice": "Y"}',
  },
  material: (input, { criterion }) => [["criterion", criterion], ...askedAndAnswered(input)],
  shape: Chosen,
  value: ({ choice }) => values[wordOf(choice)],
});

function wordOf(choice: string): string {
  if (/^\W*yes\b/i.test(choice)) return "Y";
  return /^\W*no\b/i.test(choice) ? "N" : letterOf(choice);
}
