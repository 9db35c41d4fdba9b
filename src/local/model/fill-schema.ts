/** What a JSON answer is filled from. */
export interface Filling {
  text: string;
  sentences: readonly string[];
  answered: boolean;
}

const TEXT_NAME = /answer|text|reply|response|message|content|summary|output|antwort|nachricht|zusammenfassung/i;
const DEEPEST = 12;

/** A value that fits the schema's shape: types, enum, const, required and items; the answer goes where a text is asked for. */
export function fillSchema(schema: unknown, filling: Filling, name = "", depth = 0): unknown {
  if (!isRecord(schema) || depth > DEEPEST) return filling.text;
  if ("const" in schema) return schema.const;
  const choices = schema.enum;
  if (Array.isArray(choices)) return chosen(choices, filling.text);
  const [option] = [schema.anyOf, schema.oneOf].filter(Array.isArray).flat();
  if (option !== undefined) return fillSchema(option, filling, name, depth + 1);
  const type: unknown = Array.isArray(schema.type) ? schema.type.find((item) => item !== "null") : schema.type;
  if (type === "object" || isRecord(schema.properties)) {
    const properties = isRecord(schema.properties) ? schema.properties : {};
    return Object.fromEntries(
      Object.entries(properties).map(([key, part]) => [key, fillSchema(part, filling, key, depth + 1)]),
    );
  }
  if (type === "array")
    return filling.sentences
      .slice(0, arrayLength(schema))
      .map((sentence) => fillSchema(schema.items ?? {}, { ...filling, text: sentence }, "", depth + 1));
  if (type === "boolean") return filling.answered;
  if (type === "integer" || type === "number") return numberIn(schema, filling, type === "integer");
  if (type === "null") return null;
  return name === "" || TEXT_NAME.test(name) ? filling.text : (filling.sentences[0] ?? filling.text);
}

/** The keys that a prompt names in its own example of a JSON object. */
export function namedKeys(instructions: string): string[] {
  return [
    ...new Set(
      [...instructions.matchAll(/["'`](\p{L}[\p{L}\p{N}_-]{0,40})["'`]\s*:/gu)].map((match) => match[1] ?? ""),
    ),
  ];
}

function chosen(choices: readonly unknown[], text: string): unknown {
  const low = text.toLowerCase();
  return choices.find((choice) => typeof choice === "string" && low.includes(choice.toLowerCase())) ?? choices[0];
}

function arrayLength(schema: Record<string, unknown>): number {
  const least = typeof schema.minItems === "number" ? schema.minItems : 1;
  const most = typeof schema.maxItems === "number" ? schema.maxItems : Math.max(2, least);
  return Math.max(least, Math.min(2, most));
}

function numberIn(schema: Record<string, unknown>, filling: Filling, whole: boolean): number {
  const found = Number(/\d+(?:\.\d+)?/.exec(filling.text)?.[0] ?? 0);
  const low = typeof schema.minimum === "number" ? schema.minimum : Number.NEGATIVE_INFINITY;
  const high = typeof schema.maximum === "number" ? schema.maximum : Number.POSITIVE_INFINITY;
  const value = Math.min(high, Math.max(low, found));
  return whole ? Math.trunc(value) : value;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
