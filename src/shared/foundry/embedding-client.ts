import { Pool } from "undici";
import { messageOf } from "../errors.ts";
import type { EmbeddingClient } from "../evals/embedding-client.ts";
import { type ModelEndpoint, retryAfterMs } from "./chat-client.ts";
import { embeddingAnswerOf } from "./embedding-answer.ts";

/** Calls an endpoint's `/embeddings` in the OpenAI format over kept-alive connections. */
export function createEmbeddingClient(endpoint: ModelEndpoint): EmbeddingClient {
  const url = new URL(`${endpoint.url}/embeddings`);
  const pool = new Pool(url.origin, {
    headersTimeout: endpoint.timeoutMs,
    bodyTimeout: endpoint.timeoutMs,
    connect: { timeout: 10_000 },
  });
  return {
    async embed({ deployment, texts, dimensions }, signal) {
      const started = performance.now();
      try {
        const response = await pool.request({
          path: url.pathname + url.search,
          method: "POST",
          headers: {
            "content-type": "application/json",
            accept: "application/json",
            ...(await endpoint.authorization()),
          },
          body: JSON.stringify({ model: deployment, input: texts, dimensions, encoding_format: "float" }),
          ...(signal ? { signal } : {}),
        });
        const text = await response.body.text();
        if (response.statusCode === 429)
          return { kind: "rateLimited", retryAfterMs: retryAfterMs(response.headers), reason: text.slice(0, 300) };
        return embeddingAnswerOf(response.statusCode, text, texts.length, performance.now() - started);
      } catch (thrown) {
        if (signal?.aborted) throw thrown;
        return { kind: "failed", reason: `no answer from ${url.origin}: ${messageOf(thrown)}`, retryable: true };
      }
    },
  };
}
