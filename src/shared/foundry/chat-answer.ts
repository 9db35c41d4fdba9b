import * as z from "zod";
import type { ModelAnswer } from "../evals/model-client.ts";
import type { Outcome, ToolCall, Usage } from "../evals/sample.ts";
import { FilterResults, filterCategories, filterSeverities } from "./filter-results.ts";
import { parseJson } from "./parse-json.ts";

const count = z.number().int().nonnegative();
const Called = z.object({ name: z.string(), arguments: z.string().nullish() });

/** The part of a chat completion that is read; servers differ in the rest. */
const Completion = z.object({
  model: z.string().optional().catch(undefined),
  choices: z
    .array(
      z.object({
        finish_reason: z.string().nullish(),
        message: z.object({
          content: z.string().nullish(),
          refusal: z.string().nullish(),
          tool_calls: z
            .array(z.object({ function: Called }))
            .nullish()
            .catch(undefined),
        }),
        content_filter_results: FilterResults.nullish().catch(undefined),
      }),
    )
    .min(1),
  prompt_filter_results: z
    .array(z.object({ content_filter_results: FilterResults.nullish().catch(undefined) }))
    .nullish()
    .catch(undefined),
  usage: z
    .object({
      prompt_tokens: count,
      completion_tokens: count,
      prompt_tokens_details: z.object({ cached_tokens: count.nullish() }).nullish().catch(undefined),
      completion_tokens_details: z.object({ reasoning_tokens: count.nullish() }).nullish().catch(undefined),
    })
    .nullish()
    .catch(undefined),
});

const Refusal = z.object({
  error: z.object({
    message: z.string().catch("").default(""),
    code: z.string().nullish().catch(undefined),
    param: z.string().nullish().catch(undefined),
    innererror: z
      .object({ code: z.string().optional(), content_filter_result: FilterResults.optional() })
      .nullish()
      .catch(undefined),
  }),
});

const said = (text: string) => (text.trim() === "" ? "(it is empty)" : text.slice(0, 200));

/** Reads a provider's answer: a trial, the content filter's refusal of the prompt (a trial too), or a failure. */
export function answerOf(status: number, text: string, latencyMs: number): ModelAnswer {
  const json = parseJson(text);
  if (status >= 200 && status < 300) {
    const completion = Completion.safeParse(json);
    if (!completion.success) {
      return { kind: "failed", retryable: true, reason: `the answer is no chat completion: ${said(text)}` };
    }
    return completed(completion.data, latencyMs);
  }
  const refusal = Refusal.safeParse(json);
  if (refusal.success && status === 400 && isFiltered(refusal.data)) {
    const { innererror } = refusal.data.error;
    return {
      kind: "answer",
      outcome: "filtered",
      output: "",
      latencyMs,
      ...filterCategories(innererror?.content_filter_result),
      ...filterSeverities([innererror?.content_filter_result]),
    };
  }
  const why = refusal.success ? `${refusal.data.error.code ?? ""} ${refusal.data.error.message}`.trim() : said(text);
  return { kind: "failed", retryable: status >= 500 || status === 408, reason: `HTTP ${status}: ${why}` };
}

function completed(data: z.infer<typeof Completion>, latencyMs: number): ModelAnswer {
  const [choice] = data.choices;
  const usage = usageOf(data.usage);
  return {
    kind: "answer",
    outcome: outcomeOf(choice?.finish_reason),
    output: choice?.message.content ?? choice?.message.refusal ?? "",
    latencyMs,
    ...(usage ? { usage } : {}),
    ...(data.model ? { answeredBy: data.model } : {}),
    ...(choice?.finish_reason === "content_filter" ? filterCategories(choice.content_filter_results ?? undefined) : {}),
    ...filterSeverities([
      ...(data.prompt_filter_results ?? []).map((prompt) => prompt.content_filter_results),
      choice?.content_filter_results,
    ]),
    ...toolCallsOf(choice?.message.tool_calls),
  };
}

function outcomeOf(finishReason: string | null | undefined): Outcome {
  if (finishReason === "content_filter") return "filtered";
  return finishReason === "length" ? "truncated" : "completed";
}

function usageOf(usage: z.infer<typeof Completion>["usage"]): Usage | undefined {
  if (!usage) return undefined;
  const cached = usage.prompt_tokens_details?.cached_tokens;
  const reasoning = usage.completion_tokens_details?.reasoning_tokens;
  return {
    inputTokens: usage.prompt_tokens,
    outputTokens: usage.completion_tokens,
    ...(typeof cached === "number" ? { cachedInputTokens: cached } : {}),
    ...(typeof reasoning === "number" ? { reasoningTokens: reasoning } : {}),
  };
}

function isFiltered({ error }: z.infer<typeof Refusal>): boolean {
  return error.code === "content_filter" || error.innererror?.code === "ResponsibleAIPolicyViolation";
}

/** Arguments are the model's text: parsed where they are JSON, else kept as they came. */
function toolCallsOf(calls: { function: z.infer<typeof Called> }[] | null | undefined): { toolCalls?: ToolCall[] } {
  if (!calls?.length) return {};
  return {
    toolCalls: calls.map(({ function: { name, arguments: text } }) => ({
      name,
      arguments: text ? (parseJson(text) ?? text) : {},
    })),
  };
}
