import { stopwordCounts } from "../../shared/evals/text/stopwords.ts";
import { wordsOf } from "../../shared/evals/text/tokens.ts";
import { CHARACTERS_PER_TOKEN, type ChatBody } from "./chat-body.ts";
import { compose } from "./compose.ts";
import { fillSchema, namedKeys } from "./fill-schema.ts";
import { isHostile } from "./hostile.ts";
import { type Instructions, readInstructions } from "./instructions.ts";
import { judgement } from "./judging.ts";
import { createNoise } from "./noise.ts";
import { type Language, refusals, yielding } from "./phrases.ts";
import { readJudging } from "./read-judging.ts";
import { type Reading, readMessages } from "./read-messages.ts";
import { retrieve } from "./retrieve.ts";

export type AnswerRequest = Pick<ChatBody, "model" | "messages"> & Partial<Omit<ChatBody, "model" | "messages">>;

export interface Answer {
  content: string;
  finishReason: "stop" | "length";
}

/** How often hostile text gets its way, told to refuse and not. */
const YIELDS_GUARDED = 0.01;
const YIELDS = 0.06;

/**
 * What the simulated model answers: from the request alone, apart from a noise that the server's seed and the count of
 * identical requests so far replay.
 */
export function answer(request: AnswerRequest, noise: { seed: number; counter: number }): Answer {
  const key = JSON.stringify(request);
  const steady = createNoise(noise.seed, key);
  const fresh = createNoise(noise.seed, key, noise.counter);
  const judging = readJudging(request.messages);
  if (judging) return cut(request, judgement(judging, fresh));
  const reading = readMessages(request.messages);
  const instructions = readInstructions(reading.instructions);
  const retrieved = retrieve(reading.question, reading.passages);
  const language = instructions.language ?? languageOf(reading);
  const hostile = isHostile(reading.question);
  const sentences = hostile
    ? [
        fresh.chance(instructions.guarded ? YIELDS_GUARDED : YIELDS)
          ? steady.pick(yielding[language])
          : steady.pick(refusals[language]),
      ]
    : compose({ instructions, retrieved, language, temperature: request.temperature ?? 1 }, steady, fresh);
  const text = written(sentences, instructions);
  const content = inFormat(request, instructions, reading, text, sentences);
  return cut(request, content);
}

function languageOf({ question, passages }: Reading): Language {
  const counts = (text: string) => stopwordCounts(wordsOf(text).map((word) => word.toLowerCase()));
  const asked = counts(question);
  const { en, de } = asked.en === asked.de ? counts(passages.join("\n")) : asked;
  return de > en ? "de" : "en";
}

function written(sentences: readonly string[], { format, length }: Instructions): string {
  const text =
    format === "bullets"
      ? sentences.map((sentence) => `- ${sentence}`).join("\n")
      : format === "steps"
        ? sentences.map((sentence, i) => `${i + 1}. ${sentence}`).join("\n")
        : sentences.join(" ");
  if (length.words === undefined) return text;
  const words = text.split(" ");
  return words.length <= length.words
    ? text
    : `${words
        .slice(0, length.words)
        .join(" ")
        .replace(/[,;:.]$/, "")}.`;
}

function inFormat(
  request: AnswerRequest,
  instructions: Instructions,
  reading: Reading,
  text: string,
  sentences: readonly string[],
): string {
  const wanted = request.response_format?.type;
  if (wanted === "json_schema") {
    const filling = { text, sentences, answered: reading.passages.length > 0 };
    return JSON.stringify(fillSchema(request.response_format?.json_schema?.schema ?? {}, filling));
  }
  if (wanted !== "json_object" && instructions.format !== "json") return text;
  const [first = "answer", ...others] = namedKeys(reading.instructions);
  return JSON.stringify({
    [first]: sentences.join(" "),
    ...Object.fromEntries(others.map((key) => [key, sentences[0] ?? ""])),
  });
}

function cut(request: AnswerRequest, content: string): Answer {
  const stops = [request.stop ?? []]
    .flat()
    .map((stop) => content.indexOf(stop))
    .filter((at) => at >= 0);
  const stopped = stops.length > 0 ? content.slice(0, Math.min(...stops)) : content;
  const limit = request.max_completion_tokens ?? request.max_tokens;
  if (!limit || stopped.length <= limit * CHARACTERS_PER_TOKEN) return { content: stopped, finishReason: "stop" };
  return { content: stopped.slice(0, limit * CHARACTERS_PER_TOKEN), finishReason: "length" };
}
