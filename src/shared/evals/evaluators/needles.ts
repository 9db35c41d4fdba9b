import * as z from "zod";
import type { EvalCase } from "../../repository/suite.ts";

const text = z.string().min(1, "an empty text is in every answer");

/** The texts that an evaluator compares with, as an option; without it they are the case's `expected`. */
export const ValueOption = z.union([text, z.array(text).min(1)]).optional();

export const NeedlesOptions = z.object({ value: ValueOption }).strict();
export interface NeedlesOptions {
  value?: string | string[] | undefined;
}

export function needlesOf(evalCase: EvalCase, options: NeedlesOptions): string[] {
  if (options.value === undefined) return evalCase.expected.filter((t) => t !== "");
  return Array.isArray(options.value) ? options.value : [options.value];
}

/** What an answer is compared with as a whole: as needles, but an expected answer of no text at all is one to be met. */
export function referencesOf(evalCase: EvalCase, options: NeedlesOptions): string[] {
  const texts = needlesOf(evalCase, options);
  return texts.length === 0 ? evalCase.expected.slice(0, 1) : texts;
}
