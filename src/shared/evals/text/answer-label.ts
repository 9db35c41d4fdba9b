import { parseShallowJson } from "./parse-shallow-json.ts";
import { isRecord } from "./tool-call-text.ts";

/** The class that an answer names, and its confidence where it states one. */
export interface AnswerLabel {
  /** "" where the answer names none or several of the classes. */
  label: string;
  confidence?: number;
}

/**
 * Reads an answer's class: a JSON object's `label` (or `class`, `category`) with `confidence` (0..1), else the one class
 * among `classes` that the text is or, failing that, holds as whole words, in any letter case.
 */
export function answerLabel(answer: string, classes: readonly string[]): AnswerLabel {
  const json = parseObject(answer);
  if (json === undefined) return { label: labelIn(answer, classes) };
  const said = json.label ?? json.class ?? json.category;
  const label =
    typeof said === "string" || typeof said === "boolean" || typeof said === "number"
      ? labelIn(String(said), classes)
      : "";
  const { confidence } = json;
  return typeof confidence === "number" && confidence >= 0 && confidence <= 1 ? { label, confidence } : { label };
}

function labelIn(text: string, classes: readonly string[]): string {
  const plain = fold(text);
  const same = classes.find((name) => fold(name) === plain);
  if (same !== undefined) return same;
  const held = classes.filter((name) => ` ${plain} `.includes(` ${fold(name)} `));
  // "not spam" holds "spam" too: the longer name stands where it holds the shorter.
  const longest = held.filter(
    (name) => !held.some((other) => other !== name && ` ${fold(other)} `.includes(` ${fold(name)} `)),
  );
  return longest.length === 1 ? (longest[0] ?? "") : "";
}

function fold(text: string): string {
  return text
    .normalize("NFKC")
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, " ")
    .trim();
}

function parseObject(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = parseShallowJson(text.trim().replace(/^```(?:json)?|```$/g, ""));
    return isRecord(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
