import { messageOf } from "../errors.ts";
import type { EmbeddingClient } from "../evals/embedding-client.ts";
import type { ModelEndpoint } from "./chat-client.ts";
import { embeddingAnswerOf } from "./embedding-answer.ts";
import { createHttpPost } from "./http-post.ts";
import { retryAfterMs } from "./rate-headers.ts";

/** Calls an endpoint's `/embeddings` in the OpenAI format over kept-alive connections. */
export function createEmbeddingClient(endpoint: ModelEndpoint): EmbeddingClient {
  const url = new URL(`${endpoint.url}/embeddings`);
  const post = createHttpPost(url.origin, endpoint.timeoutMs);
  return {
    async embed({ deployment, texts, dimensions }, signal) {
      try {
        const headers = {
          "content-type": "application/json",
          accept: "application/json",
          ...(await endpoint.authorization()),
        };
        const body = JSON.stringify({ model: deployment, input: texts, dimensions, encoding_format: "float" });
        const started = performance.now();
        const { status, headers: told, text } = await post(url.pathname + url.search, headers, body, signal);
        if (status === 429)
          return { kind: "rateLimited", retryAfterMs: retryAfterMs(told, Date.now()), reason: text.slice(0, 300) };
        return embeddingAnswerOf(status, text, texts.length, performance.now() - started);
      } catch (thrown) {
        if (signal?.aborted) throw thrown;
        return { kind: "failed", reason: `no answer from ${url.origin}: ${messageOf(thrown)}`, retryable: true };
      }
    },
  };
}
