import * as z from "zod";
import { defineJudge, fractionOfGrade } from "../judges/define-judge.ts";
import { judgeOptions } from "../judges/judge-model.ts";
import { askedAndAnswered } from "../judges/material.ts";
import { Graded } from "../judges/read-judgement.ts";

const Options = z
  .object({
    ...judgeOptions,
    /** What a good answer does; what 1 and 5 mean, where that is not plain. */
    rubric: z.string().min(10).max(8000),
  })
  .strict();

/** How well the answer meets a rubric of the suite's own, from 1 to 5, as 0..1. */
export const judgeRubric = defineJudge({
  id: "judge/rubric",
  summary: "how well the answer meets the rubric, by a judge",
  scale: "fraction",
  options: Options,
  prompt: {
    task: "Grade how well the answer meets the rubric, from 1 (not at all) to 5 (fully). Judge by the rubric alone.",
    answer: '{"reason": "one or two sentences", "score": 3}',
  },
  material: (input, { rubric }) => [["rubric", rubric], ...askedAndAnswered(input)],
  shape: Graded,
  value: fractionOfGrade,
});
