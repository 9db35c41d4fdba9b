import type { ChatMessage, ChatRequest } from "../evals/model-client.ts";

/** A chat completion's body in the OpenAI format; what the request does not say is not sent. */
export function chatBodyOf(request: ChatRequest, newTokenName: boolean): Record<string, unknown> {
  const { deployment, messages, temperature, topP, maxOutputTokens, stop, seed, responseFormat, tools } = request;
  return {
    model: deployment,
    messages: messages.map(messageOfTurn),
    temperature,
    top_p: topP,
    [newTokenName ? "max_completion_tokens" : "max_tokens"]: maxOutputTokens,
    stop: stop?.length ? stop : undefined,
    seed,
    response_format: responseFormat,
    tools: tools?.map((tool) => ({ type: "function", function: tool })),
  };
}

function messageOfTurn({ role, content, toolCalls, toolCallId }: ChatMessage): Record<string, unknown> {
  if (role === "tool") return { role, content, tool_call_id: toolCallId };
  if (!toolCalls) return { role, content };
  const calls = toolCalls.map(({ id, name, arguments: given }) => ({
    id,
    type: "function",
    function: { name, arguments: typeof given === "string" ? given : JSON.stringify(given ?? {}) },
  }));
  return { role, content, tool_calls: calls };
}
