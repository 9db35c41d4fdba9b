import { canonicalJson } from "./digest.ts";
import type { Prompt, PromptInput } from "./prompt.ts";

export type Bump = "none" | "patch" | "minor" | "major";

/**
 * What a change of a prompt asks of its version. Major: who calls it must change (an input is gone, is newly required, or
 * takes less; the output has another shape). Minor: it takes more. Patch: it says or is sent something else.
 */
export function neededBump(base: Prompt, head: Prompt): Bump {
  const added = Object.entries(head.inputs).filter(([name]) => !Object.hasOwn(base.inputs, name));
  const lost = Object.keys(base.inputs).some((name) => !Object.hasOwn(head.inputs, name));
  const narrowed = Object.entries(head.inputs).some(([name, input]) => {
    const before = base.inputs[name];
    return before !== undefined && Object.hasOwn(base.inputs, name) && takesLess(before, input);
  });
  const output = ({ format, schema }: Prompt["output"]) => canonicalJson({ format, schema });
  if (lost || narrowed || added.some(([, input]) => isRequired(input)) || output(base.output) !== output(head.output))
    return "major";
  const inputs = ({ inputs: all }: Prompt) => canonicalJson(all);
  if (added.length > 0 || inputs(base) !== inputs(head)) return "minor";
  const sent = ({ messages, parameters, model, route, output: { strict }, safety, tools }: Prompt) =>
    canonicalJson({ messages, parameters, model, route, strict, safety, tools });
  return sent(base) === sent(head) ? "none" : "patch";
}

/** Whether a version was raised by at least this much. */
export function isRaised(base: string, head: string, bump: Exclude<Bump, "none">): boolean {
  const [was, is] = [numbers(base), numbers(head)];
  const raised = is.findIndex((number, index) => number !== was[index]);
  if (raised < 0) return base !== head && !isPrerelease(head);
  return raised <= ["major", "minor", "patch"].indexOf(bump) && (is[raised] ?? 0) > (was[raised] ?? 0);
}

export function nextVersion(version: string, bump: Exclude<Bump, "none">): string {
  const [major = 0, minor = 0, patch = 0] = numbers(version);
  if (bump === "major") return `${major + 1}.0.0`;
  return bump === "minor" ? `${major}.${minor + 1}.0` : `${major}.${minor}.${patch + 1}`;
}

function numbers(version: string): number[] {
  return version.split("-", 1)[0]?.split(".").map(Number) ?? [];
}

function isPrerelease(version: string): boolean {
  return version.includes("-");
}

function isRequired(input: PromptInput): boolean {
  return input.required !== false && (input.default === undefined || input.default === null);
}

function takesLess(base: PromptInput, head: PromptInput): boolean {
  if (base.type !== head.type && head.type !== "any") return true;
  if (!isRequired(base) && isRequired(head)) return true;
  if (head.maxLength !== undefined && (base.maxLength ?? Number.POSITIVE_INFINITY) > head.maxLength) return true;
  return head.enum !== undefined && (base.enum === undefined || base.enum.some((value) => !head.enum?.includes(value)));
}
