import type { ValidateFunction } from "ajv/dist/2020.js";
import type { ScoringInput } from "../sample.ts";
import { isRecord } from "../text/tool-call-text.ts";
import { parseJsonText } from "./json-text.ts";
import { compileSchema } from "./schema-option.ts";

/** A validator of the arguments by tool name. */
export type ToolValidators = ReadonlyMap<string, ValidateFunction>;

/**
 * The definitions that the option gives, else the case's input `tools` or `functions` (a list, or its JSON text), else what
 * the prompt offered with the call.
 */
export function toolDefinitions(
  { case: evalCase, tools }: Pick<ScoringInput, "case" | "tools">,
  option: Record<string, unknown>[] | undefined,
): Record<string, unknown>[] {
  const given: unknown = option ?? evalCase.inputs.tools ?? evalCase.inputs.functions ?? tools;
  const parsed = typeof given === "string" ? parseJsonText(given, false) : { value: given };
  return "value" in parsed && Array.isArray(parsed.value) ? parsed.value.filter(isRecord) : [];
}

/** A suite scores the same definitions over and over; compiling a schema costs a thousand times what using it does. */
const compiled = new Map<string, ToolValidators>();
const CACHE_LIMIT = 200;

/** @throws Error where a definition's schema cannot be used */
export function validatorsOf(definitions: readonly Record<string, unknown>[]): ToolValidators {
  const key = JSON.stringify(definitions);
  const known = compiled.get(key);
  if (known !== undefined) return known;
  const validators = new Map(
    definitions.flatMap((definition): [string, ValidateFunction][] => {
      const tool = isRecord(definition.function) ? definition.function : definition;
      if (typeof tool.name !== "string") return [];
      const schema = isRecord(tool.parameters) ? jsonSchemaOf(tool.parameters) : {};
      return [[tool.name, compileSchema(isRecord(schema) ? schema : {})]];
    }),
  );
  if (compiled.size >= CACHE_LIMIT) compiled.clear();
  compiled.set(key, validators);
  return validators;
}

/** Names of types in the Berkeley leaderboard's function documents, which come from Python, Java and JavaScript. */
const TYPES: Record<string, string> = {
  dict: "object",
  hashmap: "object",
  float: "number",
  double: "number",
  long: "integer",
  bigint: "integer",
  tuple: "array",
  arraylist: "array",
  char: "string",
};
const JSON_TYPES = ["object", "array", "string", "number", "integer", "boolean", "null"];

function jsonSchemaOf(schema: unknown): unknown {
  if (!isRecord(schema)) return schema;
  const { type, properties, items, ...rest } = schema;
  const named = typeof type === "string" ? (TYPES[type.toLowerCase()] ?? type.toLowerCase()) : type;
  return {
    ...rest,
    ...(typeof named === "string"
      ? JSON_TYPES.includes(named)
        ? { type: named }
        : {}
      : type === undefined
        ? {}
        : { type }),
    ...(isRecord(properties)
      ? { properties: Object.fromEntries(Object.entries(properties).map(([key, inner]) => [key, jsonSchemaOf(inner)])) }
      : {}),
    ...(items === undefined ? {} : { items: jsonSchemaOf(items) }),
  };
}
