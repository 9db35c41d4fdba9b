import type { Usage } from "./sample.ts";

/** One call for the vectors of some texts. */
export interface EmbeddingRequest {
  /** The deployment's name at the model endpoint. */
  deployment: string;
  texts: string[];
  dimensions?: number;
}

/** What came of it, as with a chat call: only `answer` says something about the texts. */
export type EmbeddingAnswer =
  | { kind: "answer"; vectors: number[][]; latencyMs: number; usage?: Usage; answeredBy?: string }
  | { kind: "rateLimited"; retryAfterMs: number; reason: string }
  | { kind: "failed"; reason: string; retryable: boolean };

export interface EmbeddingClient {
  /** Never throws for what the provider does; rejects only when the signal is aborted. */
  embed(request: EmbeddingRequest, signal?: AbortSignal): Promise<EmbeddingAnswer>;
}
