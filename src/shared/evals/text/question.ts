import type { EvalCase, InputValue } from "../../repository/suite.ts";
import { contentTokens, keySet } from "./tokens.ts";

/** Inputs longer than this hold documents, not the question; reading them as the question would excuse any answer. */
const QUESTION_LIMIT = 2_000;

/** Keys of the content tokens of the case's inputs, its context left out. */
export function questionKeys(evalCase: EvalCase): ReadonlySet<string> {
  const texts = Object.values(evalCase.inputs).flatMap(textsIn);
  const context = evalCase.context.join("\n");
  const questions = texts.filter((text) => text.length <= QUESTION_LIMIT && !context.includes(text.trim()));
  return keySet(contentTokens(questions.join("\n")));
}

/** Every text and number in an input, however deep. */
export function textsIn(value: InputValue): string[] {
  if (typeof value === "string") return [value];
  if (typeof value === "number") return [String(value)];
  if (Array.isArray(value)) return value.flatMap(textsIn);
  return value !== null && typeof value === "object" ? Object.values(value).flatMap(textsIn) : [];
}
