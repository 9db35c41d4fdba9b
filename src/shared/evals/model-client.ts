import * as z from "zod";
import { TurnToolCall } from "../repository/case-turn.ts";
import { ToolDefinition } from "../repository/tool-definition.ts";
import type { RateHeaders } from "./limits/limiter.ts";
import type { FilterSeverity, Outcome, ToolCall, Usage } from "./sample.ts";

export const ChatMessage = z.object({
  role: z.enum(["system", "user", "assistant", "tool"]),
  content: z.string(),
  /** Of an assistant's turn that asked for tools. */
  toolCalls: z.array(TurnToolCall).optional(),
  /** Of a tool's turn: the call that it answers. */
  toolCallId: z.string().optional(),
});
export type ChatMessage = z.infer<typeof ChatMessage>;

/** One chat call, in the house's words; an adapter turns it into a provider's body. */
export const ChatRequest = z.object({
  /** The deployment's name at the model endpoint. */
  deployment: z.string(),
  messages: z.array(ChatMessage).min(1),
  temperature: z.number().optional(),
  topP: z.number().optional(),
  maxOutputTokens: z.number().optional(),
  stop: z.array(z.string()).optional(),
  /** Absent in the digest that says whether two requests are the same; set to seed + repeat for each call. */
  seed: z.number().optional(),
  responseFormat: z.record(z.string(), z.unknown()).optional(),
  /** Tools that the model may ask for. */
  tools: z.array(ToolDefinition).optional(),
});
export type ChatRequest = z.infer<typeof ChatRequest>;

/** What came of a call. Only `answer` is a trial; the others are the infrastructure's, never the prompt's. */
export type ModelAnswer = (
  | {
      kind: "answer";
      outcome: Outcome;
      output: string;
      latencyMs: number;
      usage?: Usage;
      answeredBy?: string;
      filterCategories?: string[];
      filterSeverities?: Record<string, FilterSeverity>;
      toolCalls?: ToolCall[];
    }
  | { kind: "rateLimited"; retryAfterMs: number; reason: string }
  | { kind: "failed"; reason: string; retryable: boolean }
) & {
  /** What the answer's headers say of the deployment's limit. */
  rate?: RateHeaders;
};

export interface ModelClient {
  /** Never throws for what the provider does; rejects only when the signal is aborted. */
  complete(request: ChatRequest, signal?: AbortSignal): Promise<ModelAnswer>;
}
