import type { TokenCredential } from "@azure/identity";
import * as z from "zod";
import { messageOf } from "../errors.ts";
import type { ChatRequest, ModelAnswer, ModelClient } from "../evals/model-client.ts";
import { projectScope } from "./authorization.ts";
import { answerOf } from "./chat-answer.ts";
import { createHttpPost } from "./http-post.ts";
import { retryAfterMs } from "./rate-headers.ts";

export interface ProjectEndpoint {
  /** `https://{account}.services.ai.azure.com/api/projects/{project}` */
  url: string;
  credential: TokenCredential;
  timeoutMs: number;
}

const count = z.number().int().nonnegative();
const Answered = z.object({
  status: z.string().nullish(),
  incomplete_details: z.object({ reason: z.string().nullish() }).nullish(),
  agent_reference: z.object({ version: z.string() }).nullish(),
  model: z.string().nullish(),
  output: z.array(
    z.object({ content: z.array(z.object({ text: z.string().nullish(), refusal: z.string().nullish() })).nullish() }),
  ),
  usage: z.object({ input_tokens: count, output_tokens: count }).nullish().catch(undefined),
});

/** Asks one version of an agent, served or not. Its instructions are its own, so a prompt's system messages are not sent. */
export function createAgentClient(
  { url, credential, timeoutMs }: ProjectEndpoint,
  { name, version }: { name: string; version: string },
): ModelClient {
  const { origin, pathname } = new URL(url);
  const post = createHttpPost(origin, timeoutMs);

  async function ask({ messages }: ChatRequest, signal?: AbortSignal): Promise<ModelAnswer> {
    const token = await credential.getToken(projectScope);
    const headers = { "content-type": "application/json", authorization: `Bearer ${token?.token ?? ""}` };
    const input = messages.flatMap(({ role, content }) =>
      role === "user" || role === "assistant" ? [{ type: "message", role, content }] : [],
    );
    const body = JSON.stringify({ input, agent_reference: { type: "agent_reference", name, version } });
    const started = performance.now();
    const { status, headers: told, text } = await post(`${pathname}/openai/v1/responses`, headers, body, signal);
    const latencyMs = performance.now() - started;
    if (status === 429)
      return { kind: "rateLimited", retryAfterMs: retryAfterMs(told, Date.now()), reason: text.slice(0, 300) };
    return status === 200 ? read(text, latencyMs) : answerOf(status, text, latencyMs);
  }

  function read(text: string, latencyMs: number): ModelAnswer {
    const parsed = Answered.safeParse(parseJson(text));
    if (!parsed.success)
      return { kind: "failed", retryable: true, reason: `the answer is no response: ${text.slice(0, 200)}` };
    const { status, incomplete_details: incomplete, agent_reference: by, model, output, usage } = parsed.data;
    if (by && by.version !== version)
      return { kind: "failed", retryable: false, reason: `version ${by.version} of ${name} answered for ${version}` };
    const parts = output.flatMap(({ content }) => content ?? []);
    return {
      kind: "answer",
      outcome:
        status !== "incomplete" ? "completed" : incomplete?.reason === "content_filter" ? "filtered" : "truncated",
      output: parts.map(({ text: said, refusal }) => said ?? refusal ?? "").join(""),
      latencyMs,
      ...(usage ? { usage: { inputTokens: usage.input_tokens, outputTokens: usage.output_tokens } } : {}),
      ...(model ? { answeredBy: model } : {}),
    };
  }

  return {
    async complete(request, signal) {
      try {
        return await ask(request, signal);
      } catch (thrown) {
        if (signal?.aborted) throw thrown;
        return { kind: "failed", reason: `no answer from ${origin}: ${messageOf(thrown)}`, retryable: true };
      }
    },
  };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
