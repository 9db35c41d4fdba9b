import * as z from "zod";
import type { EmbeddingAnswer } from "../evals/embedding-client.ts";
import { parseJson } from "./parse-json.ts";

/** The part of an embeddings answer that is read. */
const Embeddings = z.object({
  model: z.string().optional().catch(undefined),
  data: z.array(z.object({ index: z.int().nonnegative(), embedding: z.array(z.number()).min(1) })).min(1),
  usage: z.object({ prompt_tokens: z.int().nonnegative() }).nullish().catch(undefined),
});
const Refusal = z.object({
  error: z.object({ message: z.string().catch("").default(""), code: z.string().nullish().catch(undefined) }),
});

/** Reads a provider's vectors, one for each of `texts` in their order, or why there are none. */
export function embeddingAnswerOf(status: number, text: string, texts: number, latencyMs: number): EmbeddingAnswer {
  const json = parseJson(text);
  if (status < 200 || status >= 300) {
    const refusal = Refusal.safeParse(json).data?.error;
    const why = refusal ? `${refusal.code ?? ""} ${refusal.message}`.trim() : text.slice(0, 200);
    return { kind: "failed", retryable: status >= 500 || status === 408, reason: `HTTP ${status}: ${why}` };
  }
  const read = Embeddings.safeParse(json).data;
  const vectors = read?.data.toSorted((a, b) => a.index - b.index) ?? [];
  const fits =
    vectors.length === texts &&
    vectors.every(({ index, embedding }, i) => index === i && embedding.length === vectors[0]?.embedding.length);
  if (!read || !fits)
    return { kind: "failed", retryable: true, reason: `the answer holds no ${texts} vectors: ${text.slice(0, 200)}` };
  return {
    kind: "answer",
    vectors: vectors.map(({ embedding }) => embedding),
    latencyMs,
    ...(read.usage ? { usage: { inputTokens: read.usage.prompt_tokens, outputTokens: 0 } } : {}),
    ...(read.model ? { answeredBy: read.model } : {}),
  };
}
