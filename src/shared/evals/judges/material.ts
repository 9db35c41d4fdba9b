import { renderValue } from "../../repository/render-prompt.ts";
import type { EvalCase } from "../../repository/suite.ts";
import type { Sample, ScoringInput } from "../sample.ts";
import type { Material } from "./judge-prompt.ts";

/** What was asked: the case's inputs without what is its context, and the conversation so far. */
export function questionOf({ inputs, turns, context }: EvalCase): string {
  const passages = context.map((passage) => passage.trim());
  const isContext = (text: string) => text !== "" && passages.join("\n\n").includes(text);
  const asked = Object.entries(inputs)
    .map(([name, value]) => [name, renderValue(value).trim()] as const)
    .filter(([, text]) => !isContext(text));
  const lines = asked.map(([name, text]) => (asked.length === 1 ? text : `${name}: ${text}`));
  return [...lines, ...turns.map(({ role, content }) => `${role}: ${content}`)].join("\n");
}

/** The answer as the model gave it, the tools that it asked for with it. */
export function answerOf({ output, toolCalls }: Pick<Sample, "output" | "toolCalls">): string {
  const calls = (toolCalls ?? []).map(({ name, arguments: given }) => `[calls ${name}(${JSON.stringify(given)})]`);
  return [output, ...calls].filter((line) => line !== "").join("\n") || "(the answer is empty)";
}

/** Question and answer, with the passages between them where the case has any. */
export function askedAndAnswered({ case: item, sample }: ScoringInput): Material {
  return [
    ["question", questionOf(item)],
    ...(item.context.length > 0 ? [["context", item.context.join("\n\n")] as const] : []),
    ["answer", answerOf(sample)],
  ];
}
