import { canonicalJson } from "./digest.ts";
import type { Prompt, PromptInput, PromptMessage, Role } from "./prompt.ts";
import type { InputValue } from "./suite.ts";
import { parseTemplate } from "./template.ts";

export interface RenderedMessage {
  role: Role;
  content: string;
}

export interface InputProblem {
  input: string;
  message: string;
}

export type Rendered = { messages: RenderedMessage[] } | { problems: InputProblem[] };

/**
 * Renders a prompt's messages with a case's inputs. Roles were split before, so that no input can open one; a value is put
 * in once and never read as a template again. Inputs that the prompt does not declare are ignored (lint names them).
 * Problems: a required input is missing, a value does not fit its declaration, a placeholder is unknown, a template is
 * broken.
 */
export function renderPrompt(
  prompt: Pick<Prompt, "inputs" | "messages">,
  inputs: Record<string, InputValue>,
): Rendered {
  const values = new Map<string, string>();
  const problems: InputProblem[] = [];
  for (const [name, declared] of Object.entries(prompt.inputs)) {
    const read = readInput(declared, Object.hasOwn(inputs, name) ? inputs[name] : undefined);
    if ("text" in read) values.set(name, read.text);
    else problems.push({ input: name, message: `input \`${name}\` ${read.problem}` });
  }
  const messages = prompt.messages.map((message) => renderMessage(message, values, prompt.inputs, problems));
  return problems.length > 0 ? { problems } : { messages };
}

/**
 * The one rendering of values. Text as it is; numbers and booleans as JSON writes them; null and absent as nothing; a list
 * as its items, each rendered by these rules, with an empty line between them; an object as one line of JSON with sorted
 * keys.
 */
export function renderValue(value: InputValue | undefined): string {
  if (value === undefined || value === null) return "";
  if (typeof value === "string") return value;
  if (Array.isArray(value)) return value.map(renderValue).join("\n\n");
  return canonicalJson(value);
}

function renderMessage(
  message: PromptMessage,
  values: Map<string, string>,
  inputs: Prompt["inputs"],
  problems: InputProblem[],
): RenderedMessage {
  const template = parseTemplate(message.template);
  for (const { message: text } of template.problems) problems.push({ input: "", message: `${message.role}: ${text}` });
  const texts = template.parts.map((part) => {
    if ("text" in part) return part.text;
    if (!Object.hasOwn(inputs, part.name)) {
      problems.push({ input: part.name, message: `placeholder \`{{${part.name}}}\` is not a declared input` });
    }
    return values.get(part.name) ?? "";
  });
  return { role: message.role, content: texts.join("") };
}

function readInput(declared: PromptInput, given: InputValue | undefined): { text: string } | { problem: string } {
  const value = given ?? declared.default ?? null;
  if (value === null) return declared.required === false ? { text: "" } : { problem: "is required and missing" };
  const typed = ofType(declared.type, value);
  if (typed === undefined) return { problem: `is ${describe(value)}, and is declared as ${declared.type}` };
  if (declared.enum && !declared.enum.some((allowed) => allowed === typed)) {
    return {
      problem: `is ${JSON.stringify(typed)}, and must be one of ${declared.enum.map((v) => JSON.stringify(v)).join(", ")}`,
    };
  }
  // What CSV spells is sent as it was spelled: reading and writing a number could change its digits.
  const text = typeof value === "string" && !isContainer(typed) ? value : renderValue(typed);
  if (declared.maxLength !== undefined && text.length > declared.maxLength) {
    const length = [...text].length;
    if (length > declared.maxLength) return { problem: `has ${length} characters, and may have ${declared.maxLength}` };
  }
  return { text };
}

/**
 * The value as its declared type, or undefined. Text that spells a number, a boolean, or a JSON list or object counts as
 * one where one is declared: CSV has text alone. A number is no text: YAML would already have lost its leading zeros.
 */
function ofType(type: PromptInput["type"], value: InputValue): InputValue | undefined {
  if (type === "any") return value;
  if (type === "string") return typeof value === "string" ? value : undefined;
  const read = typeof value === "string" ? spelled(value) : value;
  if (type === "list") return Array.isArray(read) ? read : undefined;
  if (type === "object") return isObject(read) ? read : undefined;
  return typeof read === type ? read : undefined;
}

function spelled(text: string): InputValue | undefined {
  try {
    const value: InputValue = JSON.parse(text);
    return value;
  } catch {
    return undefined;
  }
}

function isContainer(value: InputValue): boolean {
  return typeof value === "object" && value !== null;
}

function isObject(value: InputValue | undefined): value is { [key: string]: InputValue } {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function describe(value: InputValue): string {
  if (Array.isArray(value)) return "a list";
  if (typeof value === "object") return "an object";
  return typeof value === "string" ? "text" : `the ${typeof value} ${value}`;
}
