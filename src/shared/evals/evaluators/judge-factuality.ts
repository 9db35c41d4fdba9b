import { defineJudge, letterOf } from "../judges/define-judge.ts";
import { JudgeModel } from "../judges/judge-model.ts";
import { answerOf, questionOf } from "../judges/material.ts";
import { Chosen } from "../judges/read-judgement.ts";

/** As autoevals and OpenAI's evals weigh the five outcomes. */
const values: Record<string, number> = { A: 0.4, B: 0.6, C: 1, D: 0, E: 1 };

/** Whether the answer says what the case's reference says. */
export const judgeFactuality = defineJudge({
  id: "judge/factuality",
  summary: "whether the answer agrees with the case's reference, by a judge",
  scale: "fraction",
  options: JudgeModel,
  prompt: {
    task: `Compare the facts of the answer with those of the reference answer; wording and style do not count. Choose:
A the answer says part of what the reference says, and agrees with it
B the answer says all that the reference says and more, and agrees with it
C the answer says the same
D the answer and the reference contradict each other
E they differ, but not in any fact that the question is about
Where there are several reference answers, compare with the nearest.`,
    answer: '{"reason": "one or two sentences", "choice": "C"}',
  },
  material: ({ case: item, sample }) =>
    item.expected.length === 0
      ? "the case has no `expected`"
      : [
          ["question", questionOf(item)],
          ["reference answer", item.expected.join("\n\nor\n\n")],
          ["answer", answerOf(sample)],
        ],
  shape: Chosen,
  value: ({ choice }) => values[letterOf(choice)],
});
