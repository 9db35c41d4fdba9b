import { defineJudge, fractionOfGrade } from "../judges/define-judge.ts";
import { JudgeModel } from "../judges/judge-model.ts";
import { askedAndAnswered } from "../judges/material.ts";
import { Graded } from "../judges/read-judgement.ts";

/** How far the context supports what the answer claims, from 1 to 5, as 0..1. */
export const judgeGroundedness = defineJudge({
  id: "judge/groundedness",
  summary: "how far the context supports what the answer claims, by a judge",
  scale: "fraction",
  options: JudgeModel,
  prompt: {
    task: `Grade how far the context supports what the answer claims: 5 all of it, 4 all that matters, 3 some of it, 2 hardly any, 1 none of it, or the context says the opposite. The context alone counts, not what you know. Greetings, offers and "I do not know" claim nothing; an answer that claims nothing is a 5.`,
    answer: '{"reason": "one or two sentences that name what is unsupported", "score": 3}',
  },
  material: (input) => (input.case.context.length > 0 ? askedAndAnswered(input) : "the case has no context"),
  shape: Graded,
  value: fractionOfGrade,
});
