import type * as z from "zod";
import type { Evaluator, Score } from "../evaluator.ts";
import type { ScoringInput } from "../sample.ts";
import { askJudge } from "./ask-judge.ts";
import { askedJudge, type JudgeModel } from "./judge-model.ts";
import { type JudgePrompt, judgeMessages, judgePromptDigest, type Material } from "./judge-prompt.ts";

/** A judge that answers one question about one answer. */
interface JudgeKind<Options extends JudgeModel, Answer extends { reason: string }> {
  id: string;
  summary: string;
  scale: "binary" | "fraction";
  options: z.ZodType<Options>;
  prompt: JudgePrompt;
  /** What the judge reads; a text: why the case does not apply. */
  material(input: ScoringInput, options: Options): Material | string;
  shape: z.ZodType<Answer>;
  /** Undefined where the answer is none that was offered. */
  value(answer: NoInfer<Answer>): number | undefined;
}

/** An evaluator of one question to a judge. What the content filter stopped is not shown to the judge. */
export function defineJudge<Options extends JudgeModel, Answer extends { reason: string }>(
  kind: JudgeKind<Options, Answer>,
): Evaluator<Options> {
  const { id, summary, scale, options, prompt } = kind;
  const valued = kind.shape.refine((answer) => kind.value(answer) !== undefined, {
    error: `the answer must be as in ${prompt.answer}`,
  });
  return {
    id,
    summary,
    scale,
    better: "higher",
    options,
    asks: (given) => [askedJudge(given, judgePromptDigest(prompt))],
    async score(input, given, models): Promise<Score> {
      const material = kind.material(input, given);
      if (typeof material === "string") return { notApplicable: material };
      if (input.sample.outcome === "filtered") return { missing: "there is no answer to judge" };
      const asked = await askJudge(given, judgeMessages(prompt, material), valued, input.sample.repeat, models);
      if ("missing" in asked) return asked;
      const { judged, judgedBy } = asked;
      return {
        value: kind.value(judged) ?? Number.NaN,
        ...(judged.reason ? { reason: judged.reason.slice(0, 600) } : {}),
        ...(judgedBy ? { judgedBy } : {}),
      };
    },
  };
}

/** Grades from 1 to 5 as a fraction; undefined for any other. */
export function fractionOfGrade({ score }: { score: number }): number | undefined {
  return Number.isInteger(score) && score >= 1 && score <= 5 ? (score - 1) / 4 : undefined;
}

/** The one letter that a choice begins with, upper-case; judges like to add why. */
export function letterOf(choice: string): string {
  return /^\W*([A-Za-z])(?![A-Za-z])/.exec(choice)?.[1]?.toUpperCase() ?? "";
}
