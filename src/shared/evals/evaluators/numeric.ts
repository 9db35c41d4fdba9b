import * as z from "zod";
import type { EvalCase } from "../../repository/suite.ts";
import { defineEvaluator, type Evaluator } from "../evaluator.ts";
import { autoevalsNumericDiff } from "../text-metrics/autoevals.ts";
import { numbersIn } from "../text-metrics/numbers-in.ts";

const expectedNumber = z.number().optional();
const pick = z.enum(["last", "first", "only"]).default("last");
const ToleranceOptions = z
  .object({
    value: expectedNumber,
    /** The largest difference that counts as equal, in the number's own unit. */
    absolute: z.number().min(0).default(0),
    /** The largest difference as a share of the expected number. */
    relative: z.number().min(0).max(1).default(0),
    /** Which number of the answer is its result: `only` wants the answer to hold no other. */
    pick,
  })
  .strict();
const DiffOptions = z.object({ value: expectedNumber, pick }).strict();
type Pick = z.infer<typeof pick>;

/** 1 where the answer's number is within `absolute` or `relative` of the expected one (either suffices). */
const numeric = defineEvaluator<z.infer<typeof ToleranceOptions>>({
  id: "numeric",
  summary: "the answer's number is the expected one within the tolerance",
  scale: "binary",
  better: "higher",
  revision: 1,
  options: ToleranceOptions,
  score({ case: evalCase, sample }, { value, absolute, relative, pick: which }) {
    const expected = expectedNumbers(evalCase, value);
    if (expected.length === 0) return { notApplicable: "neither `value` nor the case's `expected` has a number" };
    const found = pickNumber(sample.output, which);
    if (found === undefined) return { value: 0, reason: "the answer has no such number" };
    const near = expected.some((one) => Math.abs(found - one) <= Math.max(absolute, relative * Math.abs(one)));
    return near ? { value: 1 } : { value: 0, reason: `${found}, not ${expected.join(" or ")}` };
  },
});

/** 1 - |difference| / (|expected| + |answer|), 0..1: autoevals' NumericDiff on the answer's number. */
const numericDiff: Evaluator[] = ["numeric-diff", "numeric-diff@autoevals"].map((id) =>
  defineEvaluator<z.infer<typeof DiffOptions>>({
    id,
    summary: "nearness of the answer's number to the expected one",
    scale: "fraction",
    better: "higher",
    revision: 1,
    options: DiffOptions,
    score({ case: evalCase, sample }, { value, pick: which }) {
      const expected = expectedNumbers(evalCase, value);
      if (expected.length === 0) return { notApplicable: "neither `value` nor the case's `expected` has a number" };
      const found = pickNumber(sample.output, which);
      if (found === undefined) return { value: 0, reason: "the answer has no such number" };
      return { value: Math.max(...expected.map((one) => autoevalsNumericDiff(found, one))) };
    },
  }),
);

export const numericFamily: Evaluator[] = [numeric, ...numericDiff];

function expectedNumbers(evalCase: EvalCase, value: number | undefined): number[] {
  return value === undefined ? evalCase.expected.flatMap((text) => numbersIn(text).slice(-1)) : [value];
}

function pickNumber(text: string, which: Pick): number | undefined {
  const numbers = numbersIn(text);
  if (which === "only" && numbers.length !== 1) return undefined;
  return which === "first" ? numbers[0] : numbers.at(-1);
}
