import { Pool } from "undici";
import { messageOf } from "../errors.ts";
import type { ChatRequest, ModelAnswer, ModelClient } from "../evals/model-client.ts";
import { answerOf } from "./chat-answer.ts";
import { chatBodyOf } from "./chat-body.ts";

export interface ModelEndpoint {
  /** Base URL; `/chat/completions` is added. */
  url: string;
  /** The headers that let a call in: a key, or a token that is renewed as it ages. */
  authorization(): Promise<Record<string, string>>;
  timeoutMs: number;
}

/** Where a provider names no time, a rate-limited call waits this long [OpenAI cookbook: first back-off]. */
const defaultRetryAfterMs = 1000;

/** Calls an endpoint in the OpenAI chat format over kept-alive connections; undici's pool costs least CPU a call. */
export function createChatClient(endpoint: ModelEndpoint): ModelClient {
  const url = new URL(`${endpoint.url}/chat/completions`);
  const pool = new Pool(url.origin, {
    headersTimeout: endpoint.timeoutMs,
    bodyTimeout: endpoint.timeoutMs,
    connect: { timeout: 10_000 },
  });
  // Reasoning models refuse `max_tokens`, older servers do not know `max_completion_tokens`: learnt from the refusal.
  const newTokenName = new Set<string>();

  async function send(request: ChatRequest, signal?: AbortSignal): Promise<ModelAnswer> {
    const started = performance.now();
    const response = await pool.request({
      path: url.pathname + url.search,
      method: "POST",
      headers: { "content-type": "application/json", accept: "application/json", ...(await endpoint.authorization()) },
      body: JSON.stringify(chatBodyOf(request, newTokenName.has(request.deployment))),
      ...(signal ? { signal } : {}),
    });
    const text = await response.body.text();
    const latencyMs = performance.now() - started;
    if (response.statusCode === 429) {
      return { kind: "rateLimited", retryAfterMs: retryAfterMs(response.headers), reason: text.slice(0, 300) };
    }
    return answerOf(response.statusCode, text, latencyMs);
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

/** `retry-after-ms`, else `retry-after` in seconds or as a date [RFC 9110 §10.2.3; Azure OpenAI sends both]. */
export function retryAfterMs(headers: Record<string, string | string[] | undefined>): number {
  const ms = Number(headers["retry-after-ms"]);
  if (headers["retry-after-ms"] !== undefined && Number.isFinite(ms)) return Math.max(0, ms);
  const after = headers["retry-after"];
  if (typeof after !== "string") return defaultRetryAfterMs;
  const seconds = Number(after);
  if (Number.isFinite(seconds)) return Math.max(0, seconds * 1000);
  const date = Date.parse(after);
  return Number.isNaN(date) ? defaultRetryAfterMs : Math.max(0, date - Date.now());
}
