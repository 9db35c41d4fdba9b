import { parseShallowJson } from "../text/parse-shallow-json.ts";

export type ParsedJson = { value: unknown } | { error: string };

/**
 * The JSON of an answer: the whole text, or the one fenced block in it where `fenced` allows that (models wrap JSON in
 * Markdown when nobody asked them to).
 */
export function parseJsonText(text: string, fenced: boolean): ParsedJson {
  const whole = parse(text.trim());
  if (!("error" in whole) || !fenced) return whole;
  const blocks = [...text.matchAll(/```(?:json[c5]?)?[^\S\n]*\n([\s\S]*?)```/gi)];
  const only = blocks.length === 1 ? blocks[0]?.[1] : undefined;
  return only === undefined ? whole : parse(only);
}

function parse(text: string): ParsedJson {
  if (text === "") return { error: "the answer is empty" };
  try {
    return { value: parseShallowJson(text) };
  } catch (error) {
    return { error: error instanceof Error ? error.message : String(error) };
  }
}
