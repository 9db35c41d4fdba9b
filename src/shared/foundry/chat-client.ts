import { messageOf } from "../errors.ts";
import type { ChatRequest, ModelAnswer, ModelClient } from "../evals/model-client.ts";
import { answerOf } from "./chat-answer.ts";
import { chatBodyOf } from "./chat-body.ts";
import { createHttpPost } from "./http-post.ts";
import { rateHeadersOf, retryAfterMs } from "./rate-headers.ts";

export interface ModelEndpoint {
  /** Base URL; `/chat/completions` is added. */
  url: string;
  /** The headers that let a call in: a key, or a token that is renewed as it ages. */
  authorization(): Promise<Record<string, string>>;
  timeoutMs: number;
}

/** Calls an endpoint in the OpenAI chat format; each answer carries what its headers say of the deployment's limit. */
export function createChatClient(endpoint: ModelEndpoint): ModelClient {
  const url = new URL(`${endpoint.url}/chat/completions`);
  const post = createHttpPost(url.origin, endpoint.timeoutMs);
  // Reasoning models refuse `max_tokens`, older servers do not know `max_completion_tokens`: learnt from the refusal.
  const newTokenName = new Set<string>();

  async function send(request: ChatRequest, signal?: AbortSignal): Promise<ModelAnswer> {
    const headers = {
      "content-type": "application/json",
      accept: "application/json",
      ...(await endpoint.authorization()),
    };
    const body = JSON.stringify(chatBodyOf(request, newTokenName.has(request.deployment)));
    const started = performance.now();
    const response = await post(url.pathname + url.search, headers, body, signal);
    const latencyMs = performance.now() - started;
    const rate = rateHeadersOf(response.headers);
    const answer: ModelAnswer =
      response.status === 429
        ? {
            kind: "rateLimited",
            retryAfterMs: retryAfterMs(response.headers, Date.now()),
            reason: response.text.slice(0, 300),
          }
        : answerOf(response.status, response.text, latencyMs);
    return rate ? { ...answer, rate } : answer;
  }

  return {
    async complete(request, signal) {
      try {
        const answer = await send(request, signal);
        if (!refusesMaxTokens(answer) || newTokenName.has(request.deployment)) return answer;
        newTokenName.add(request.deployment);
        return await send(request, signal);
      } catch (thrown) {
        if (signal?.aborted) throw thrown;
        return { kind: "failed", reason: `no answer from ${url.origin}: ${messageOf(thrown)}`, retryable: true };
      }
    },
  };
}

function refusesMaxTokens(answer: ModelAnswer): boolean {
  return (
    answer.kind === "failed" && answer.reason.includes("max_tokens") && answer.reason.includes("max_completion_tokens")
  );
}
