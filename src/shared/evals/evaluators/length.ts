import * as z from "zod";
import { defineEvaluator, type Evaluator } from "../evaluator.ts";
import { sentencesOf } from "../text/sentences.ts";
import { wordsOf } from "../text/tokens.ts";

const Unit = z.enum(["words", "chars", "sentences"]).default("words");
const WindowOptions = z
  .object({ unit: Unit, min: z.int().min(0).optional(), max: z.int().min(0).optional() })
  .strict()
  .refine((o) => o.min !== undefined || o.max !== undefined, "needs `min`, `max` or both")
  .refine((o) => (o.min ?? 0) <= (o.max ?? Number.POSITIVE_INFINITY), "`min` is above `max`");
const CountOptions = z.object({ unit: Unit }).strict();

/** 1 where the answer's length is in the window, both ends included. */
const length = defineEvaluator<z.infer<typeof WindowOptions>>({
  id: "length",
  summary: "the answer's length is within `min` and `max`",
  scale: "binary",
  better: "higher",
  options: WindowOptions,
  score({ sample }, { unit, min = 0, max = Number.POSITIVE_INFINITY }) {
    const count = lengthIn(unit, sample.output);
    return count >= min && count <= max ? { value: 1 } : { value: 0, reason: `${count} ${unit}` };
  },
});

/** The answer's length itself; shorter counts as better. */
const lengthCount = defineEvaluator<z.infer<typeof CountOptions>>({
  id: "length-count",
  summary: "the answer's length in words, chars or sentences",
  scale: "number",
  better: "lower",
  scoresFiltered: true,
  options: CountOptions,
  score: ({ sample }, { unit }) => ({ value: lengthIn(unit, sample.output) }),
});

export const lengthFamily: Evaluator[] = [length, lengthCount];

/** Words have a letter or a digit; chars are Unicode code points. */
function lengthIn(unit: z.infer<typeof Unit>, text: string): number {
  if (unit === "words") return wordsOf(text).length;
  return unit === "sentences" ? sentencesOf(text).length : [...text].length;
}
