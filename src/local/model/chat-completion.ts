import { answer } from "./answer.ts";
import { type ChatBody, tokenCount } from "./chat-body.ts";
import { passed } from "./content-filter.ts";

interface Served {
  /** What the answer names as `model`. */
  model: string;
  seed: number;
  /** Identical requests so far. */
  counter: number;
  /** sha256 of the request's text, hex. */
  digest: string;
  now: Date;
}

/** The body of a simulated answer, as Azure OpenAI writes it. */
export function chatCompletion(body: ChatBody, { model, seed, counter, digest, now }: Served): object {
  const { content, finishReason } = answer(body, { seed, counter });
  const prompt = body.messages.reduce((sum, message) => sum + tokenCount(message.content) + 4, 2);
  const completed = tokenCount(content);
  return {
    id: `chatcmpl-${digest.slice(0, 20)}${counter}`,
    object: "chat.completion",
    created: Math.floor(now.getTime() / 1000),
    model,
    system_fingerprint: "simulated",
    prompt_filter_results: [{ prompt_index: 0, content_filter_results: passed }],
    choices: [
      {
        index: 0,
        finish_reason: finishReason,
        logprobs: null,
        message: { role: "assistant", content, refusal: null },
        content_filter_results: passed,
      },
    ],
    usage: {
      prompt_tokens: prompt,
      completion_tokens: completed,
      total_tokens: prompt + completed,
      prompt_tokens_details: { cached_tokens: 0 },
      completion_tokens_details: { reasoning_tokens: 0 },
    },
  };
}
