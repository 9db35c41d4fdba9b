import * as z from "zod";
import type { EmbeddingAnswer, EmbeddingRequest } from "./embedding-client.ts";
import type { ChatRequest, ModelAnswer } from "./model-client.ts";

/**
 * The models that evaluators may ask while a sample is scored. Whoever runs the suite hands them in, so that a judge's call
 * goes through the same limiter, caps and retries as any other.
 */
export interface ScoringModels {
  complete(request: ChatRequest): Promise<ModelAnswer>;
  embed(request: EmbeddingRequest): Promise<EmbeddingAnswer>;
  /** Answers that were paid for before. */
  kept?: KeptAnswers;
}

/** What a judge said, by the digest of what it was asked; content never changes under a key. */
export interface KeptAnswers {
  get(key: string): Promise<KeptAnswer | undefined>;
  put(key: string, answer: KeptAnswer): Promise<void>;
}

export const KeptAnswer = z.object({ output: z.string(), answeredBy: z.string().exactOptional() });
export type KeptAnswer = z.infer<typeof KeptAnswer>;

/** The model that a metric's scores are made by. Scores of different models, versions or prompts are not compared. */
export interface AskedModel {
  kind: "judge" | "embedding";
  deployment: string;
  version?: string;
  /** Of the judge's instructions. */
  promptDigest?: string;
}

/** The time is up, or nobody waits any more: what is not scored yet is scored another time, and is not missing. */
export class ScoringInterrupted extends Error {
  override name = "ScoringInterrupted";
}
