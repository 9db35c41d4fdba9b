import type { EvalCase } from "../repository/suite.ts";
import type { ToolDefinition } from "../repository/tool-definition.ts";

/** Tokens of one model call as the provider counted them; absent where it sent none. */
export interface Usage {
  inputTokens: number;
  outputTokens: number;
  cachedInputTokens?: number;
  reasoningTokens?: number;
}

/**
 * What came of one model call. `filtered`: the provider's content filter refused the prompt or cut the answer; it is
 * scored. `truncated`: the answer ended at the token limit; it is scored.
 */
export type Outcome = "completed" | "filtered" | "truncated";

/** One response to one case (repeat `repeat`, from 0). */
export interface Sample {
  caseId: string;
  repeat: number;
  requestDigest: string;
  outcome: Outcome;
  output: string;
  /** Milliseconds from sending the request to its last byte; waits for the rate limit are not in it. */
  latencyMs: number;
  usage?: Usage;
  /** Integer nano-USD; absent where the price or the usage is unknown. */
  costNanoUsd?: number;
  /** The model that says it answered, as in the response's `model`. */
  answeredBy?: string;
  filterCategories?: string[];
  /** Severity by category, where the provider grades what it let pass too. */
  filterSeverities?: Record<string, FilterSeverity>;
  /** Tools that the model asked for, in order; absent where the call offered none. */
  toolCalls?: ToolCall[];
}

export type FilterSeverity = "safe" | "low" | "medium" | "high";

export interface ToolCall {
  name: string;
  /** As the model wrote them, parsed; a text where it is no JSON. */
  arguments: unknown;
}

/** What an evaluator sees: the sample with its text as the model sent it, and its case. */
export interface ScoringInput {
  case: EvalCase;
  sample: Sample;
  /** Tools that the prompt offered with the call. */
  tools?: ToolDefinition[];
}
