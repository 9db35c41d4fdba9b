import * as z from "zod";
import type { EvalCase } from "../../repository/suite.ts";
import { defineEvaluator, type Evaluator } from "../evaluator.ts";
import type { Sample, ToolCall } from "../sample.ts";
import { argumentsMatch } from "../text/tool-call-match.ts";
import { isRecord, toolCallsIn } from "../text/tool-call-text.ts";
import { parseJsonText } from "./json-text.ts";
import { type ToolValidators, toolDefinitions, validatorsOf } from "./tool-definitions.ts";

const tools = z.array(z.record(z.string(), z.unknown())).optional();
const Options = z
  .object({
    /** Expected calls; default: the case's `expected` as JSON, each entry one acceptable list of calls. */
    value: z.json().optional(),
    /** Tool definitions with JSON Schemas; default: the case's input `tools` or `functions`, else the prompt's. */
    tools,
    /** `strict`: calls in the expected order; `any`: in whatever order. */
    order: z.enum(["strict", "any"]).default("strict"),
    /** `equal`: arguments are the expected values; `acceptable`: each expected argument lists what is acceptable. */
    arguments: z.enum(["equal", "acceptable", "ignore"]).default("equal"),
  })
  .strict();
type Options = z.infer<typeof Options>;

/**
 * Correct calls / the longer of expected and made: a call is correct where an expected one has its name and arguments, in
 * order, and where its tool's schema accepts the arguments. Calls come with the sample, or are read from an answer that is
 * JSON. Nothing expected and nothing called is 1.
 */
export const toolCalls = defineEvaluator<Options>({
  id: "tool-calls",
  summary: "share of the tool calls that are the expected ones: name, arguments, order, schema",
  scale: "fraction",
  better: "higher",
  options: Options,
  score(input, options) {
    const { case: evalCase, sample } = input;
    const expected = expectedCalls(evalCase, options);
    if (expected.length === 0) return { notApplicable: "neither `value` nor the case's `expected` has tool calls" };
    const made = callsOf(sample);
    const validators = validatorsOf(toolDefinitions(input, options.tools));
    const shares = expected.map((list) => shareCorrect(made, list, validators, options));
    const value = Math.max(...shares);
    return value === 1
      ? { value }
      : { value, reason: `called ${made.map((call) => call.name).join(", ") || "nothing"}` };
  },
});

/** Share of the calls whose tool exists and whose arguments its schema accepts; no call at all is 1. */
const validToolCalls = defineEvaluator<{ tools?: Record<string, unknown>[] | undefined }>({
  id: "tool-calls-valid",
  summary: "share of the tool calls that fit a tool's JSON Schema",
  scale: "fraction",
  better: "higher",
  options: z.object({ tools }).strict(),
  score(input, options) {
    const validators = validatorsOf(toolDefinitions(input, options.tools));
    if (validators.size === 0)
      return { notApplicable: "neither `tools`, the case's inputs nor the prompt define tools" };
    const made = callsOf(input.sample);
    const problems = made.flatMap((call) => problemOf(call, validators) ?? []);
    if (made.length === 0) return { value: 1, reason: "no tool was called" };
    const value = (made.length - problems.length) / made.length;
    return problems.length === 0 ? { value } : { value, reason: problems.slice(0, 3).join("; ") };
  },
});

export const toolCallFamily: Evaluator[] = [toolCalls, validToolCalls];

function callsOf(sample: Sample): ToolCall[] {
  if (sample.toolCalls !== undefined) return sample.toolCalls;
  const parsed = parseJsonText(sample.output, true);
  return "error" in parsed ? [] : (toolCallsIn(parsed.value) ?? []);
}

function expectedCalls(evalCase: EvalCase, { value }: Options): ToolCall[][] {
  if (value !== undefined) return [toolCallsIn(value) ?? []];
  return evalCase.expected.flatMap((text) => {
    const parsed = parseJsonText(text, false);
    const calls = "error" in parsed ? undefined : toolCallsIn(parsed.value);
    return calls === undefined ? [] : [calls];
  });
}

function shareCorrect(
  made: readonly ToolCall[],
  expected: readonly ToolCall[],
  validators: ToolValidators,
  options: Options,
): number {
  const longest = Math.max(made.length, expected.length);
  if (longest === 0) return 1;
  const fits = (call: ToolCall, wanted: ToolCall) => {
    if (call.name !== wanted.name) return false;
    if (validators.size > 0 && problemOf(call, validators) !== undefined) return false;
    if (options.arguments === "ignore") return true;
    return argumentsMatch(call.arguments, wanted.arguments, options.arguments === "acceptable");
  };
  return (
    (options.order === "any" ? matchedAnyhow(made, expected, fits) : matchedInOrder(made, expected, fits)) / longest
  );
}

type Fits = (call: ToolCall, wanted: ToolCall) => boolean;

function matchedAnyhow(made: readonly ToolCall[], expected: readonly ToolCall[], fits: Fits): number {
  const left = [...expected];
  return made.filter((call) => {
    const index = left.findIndex((wanted) => fits(call, wanted));
    if (index >= 0) left.splice(index, 1);
    return index >= 0;
  }).length;
}

/** The longest common subsequence. */
function matchedInOrder(made: readonly ToolCall[], expected: readonly ToolCall[], fits: Fits): number {
  let row = new Array<number>(expected.length + 1).fill(0);
  for (const call of made) {
    const next = [0];
    for (const [j, wanted] of expected.entries())
      next.push(fits(call, wanted) ? (row[j] ?? 0) + 1 : Math.max(row[j + 1] ?? 0, next[j] ?? 0));
    row = next;
  }
  return row.at(-1) ?? 0;
}

function problemOf(call: ToolCall, validators: ToolValidators): string | undefined {
  const validate = validators.get(call.name);
  if (validate === undefined) return `no tool is named "${call.name}"`;
  if (!isRecord(call.arguments)) return `the arguments of ${call.name} are no object`;
  if (validate(call.arguments)) return undefined;
  const [error] = validate.errors ?? [];
  return `${call.name}${error?.instancePath ?? ""} ${error?.message ?? "does not fit its schema"}`;
}
