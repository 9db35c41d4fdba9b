import * as z from "zod";
import type { EvalCase } from "../../repository/suite.ts";

const text = z.string().min(1, "an empty text is in every answer");

/** The texts that an evaluator compares with; without `value` they are the case's `expected`. */
export const NeedlesOptions = z.object({ value: z.union([text, z.array(text).min(1)]).optional() }).strict();
export type NeedlesOptions = z.infer<typeof NeedlesOptions>;

export function needlesOf(evalCase: EvalCase, options: NeedlesOptions): string[] {
  if (options.value === undefined) return evalCase.expected.filter((t) => t !== "");
  return Array.isArray(options.value) ? options.value : [options.value];
}
