import type { ToolCall } from "../sample.ts";
import { parseShallowJson } from "./parse-shallow-json.ts";

/**
 * The tool calls of a JSON value, in the shapes in use: `{name, arguments}`, OpenAI's `{function: {name, arguments}}` and
 * `{tool_calls: […]}`, Azure's `{type: "tool_call", name, arguments}`, and the Berkeley leaderboard's `{name: {argument:
 * value}}`; arguments as an object or as its JSON text. Undefined where the value is none of these.
 */
export function toolCallsIn(value: unknown): ToolCall[] | undefined {
  if (Array.isArray(value)) {
    const calls = value.map(toolCallsIn);
    return calls.every((call) => call !== undefined) ? calls.flat() : undefined;
  }
  if (!isRecord(value)) return undefined;
  if (Array.isArray(value.tool_calls)) return toolCallsIn(value.tool_calls);
  if (isRecord(value.function)) return toolCallsIn(value.function);
  if (typeof value.name === "string")
    return [{ name: value.name, arguments: readArguments(value.arguments ?? value.parameters) }];
  const entries = Object.entries(value);
  const [only] = entries;
  return entries.length === 1 && only !== undefined && isRecord(only[1])
    ? [{ name: only[0], arguments: only[1] }]
    : undefined;
}

function readArguments(value: unknown): unknown {
  if (typeof value !== "string") return value ?? {};
  try {
    return parseShallowJson(value);
  } catch {
    return value;
  }
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
