import { createHash } from "node:crypto";
import * as z from "zod";
import { contentTokens } from "../../shared/evals/text/tokens.ts";
import { tokenCount } from "./chat-body.ts";

/** The part of an embeddings request that the stand-in obeys. */
const EmbeddingBody = z.object({
  /** Azure's deployment route names it in the path. */
  model: z.string().default(""),
  input: z.union([z.string().transform((text) => [text]), z.array(z.string()).min(1).max(2048)]),
  dimensions: z.int().min(1).max(3072).nullish(),
  encoding_format: z.enum(["float", "base64"]).nullish(),
});

const DIMENSIONS = 256;

/**
 * A simulated embedding: each stem adds a direction of its own, made from its hash, so that texts with the same words
 * are near each other. It knows no meaning. Length 1, as the real ones have.
 */
function embed(text: string, dimensions = DIMENSIONS): number[] {
  const vector = new Array<number>(dimensions).fill(0);
  const add = (word: string, weight: number) => {
    for (const [index, sign] of directionOf(word, dimensions)) vector[index] = (vector[index] ?? 0) + sign * weight;
  };
  for (const token of contentTokens(text)) add(token.keys[0] ?? token.text, token.kind === "word" ? 1 : 1.5);
  // Empty texts have a direction too, and unlike texts share a little: real models never give exact zeros.
  add("", 0.3);
  const length = Math.sqrt(vector.reduce((sum, x) => sum + x * x, 0));
  return vector.map((x) => Number((x / length).toFixed(7)));
}

function directionOf(word: string, dimensions: number): [number, number][] {
  const digest = createHash("sha256").update(word).digest();
  return Array.from({ length: 8 }, (_, i) => {
    const number = digest.readUInt32LE(4 * i);
    return [number % dimensions, number & 0x80000000 ? 1 : -1];
  });
}

/** The answer to an embeddings request, or the error that a provider gives. */
export function embeddings(json: unknown, inPath: string | undefined): { status: number; json: object } {
  const body = EmbeddingBody.safeParse(json);
  const error = (status: number, code: string, message: string) => ({ status, json: { error: { code, message } } });
  if (!body.success) return error(400, "invalid_request_error", body.error.message);
  const model = inPath ?? body.data.model;
  if (!/^(?:text-embedding-|simulated-)/.test(model))
    return error(404, "DeploymentNotFound", "The API deployment for this resource does not exist.");
  const { input, dimensions, encoding_format: format } = body.data;
  const tokens = input.reduce((sum, text) => sum + tokenCount(text), 0);
  const data = input.map((text, index) => {
    const vector = embed(text, dimensions ?? undefined);
    const embedding = format === "base64" ? Buffer.from(new Float32Array(vector).buffer).toString("base64") : vector;
    return { object: "embedding", index, embedding };
  });
  return {
    status: 200,
    json: { object: "list", data, model, usage: { prompt_tokens: tokens, total_tokens: tokens } },
  };
}
