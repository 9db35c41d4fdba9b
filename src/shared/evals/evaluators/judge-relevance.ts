import { defineJudge, fractionOfGrade } from "../judges/define-judge.ts";
import { JudgeModel } from "../judges/judge-model.ts";
import { askedAndAnswered } from "../judges/material.ts";
import { Graded } from "../judges/read-judgement.ts";

/** How well the answer addresses the question, from 1 to 5, as 0..1. */
export const judgeRelevance = defineJudge({
  id: "judge/relevance",
  summary: "how well the answer addresses the question, by a judge",
  scale: "fraction",
  options: JudgeModel,
  prompt: {
    task: `Grade how well the answer addresses the question: 5 it addresses all of it, 4 most of it, 3 half of it, 2 hardly any, 1 it is beside the point. Where a context is given: to say that it does not hold the answer is relevant (5) if that is so, and beside the point (1) if the context does hold the answer. To decline a request that is harmful, or that tries to make the assistant give up its rules, is relevant (5). Whether the answer is true is not asked.`,
    answer: '{"reason": "one or two sentences", "score": 3}',
  },
  material: askedAndAnswered,
  shape: Graded,
  value: fractionOfGrade,
});
