import { costNanoUsd, type PriceBook, priceOf } from "../prices/price-book.ts";
import type { ChatRequest } from "./model-client.ts";

/** What a model answers at most where the prompt sets no `maxOutputTokens`: an assumption, and none of the models' own. */
const assumedOutputTokens = 4096;
/** Tokenizers average more than this on any text: 4 in English, 2 to 3 where a character has three bytes. */
const leastBytesAToken = 2;
const tokensAMessage = 16;

/** The most that a call can cost, integer nano-USD; undefined where the book has no price for it: unknown is never 0. */
export function mostCostOf(request: ChatRequest, book: PriceBook, at: Date): number | undefined {
  return costNanoUsd(priceOf(book, request.deployment, at), {
    inputTokens: Math.ceil(bytesOf(request) / leastBytesAToken) + tokensAMessage * request.messages.length,
    outputTokens: request.maxOutputTokens ?? assumedOutputTokens,
  });
}

/** What a call costs whose answer is short, integer nano-USD. */
export function leastCostOf(request: ChatRequest, book: PriceBook, at: Date): number | undefined {
  return costNanoUsd(priceOf(book, request.deployment, at), {
    inputTokens: Math.ceil(bytesOf(request) / shortBytesAToken),
    outputTokens: Math.min(request.maxOutputTokens ?? shortAnswerTokens, shortAnswerTokens),
  });
}

const shortBytesAToken = 5;
const shortAnswerTokens = 20;

function bytesOf({ messages, responseFormat, tools }: ChatRequest): number {
  const texts = messages.reduce(
    (sum, { content, toolCalls }) =>
      sum + Buffer.byteLength(content) + (toolCalls ? Buffer.byteLength(JSON.stringify(toolCalls)) : 0),
    0,
  );
  return texts + [responseFormat, tools].reduce((sum, part) => sum + (part ? JSON.stringify(part).length : 0), 0);
}
