import type * as z from "zod";
import { digestOf } from "../../repository/digest.ts";
import type { ChatMessage, ChatRequest, ModelAnswer } from "../model-client.ts";
import { requestDigest } from "../request-digest.ts";
import type { ScoringModels } from "../scoring-models.ts";
import type { JudgeModel } from "./judge-model.ts";
import { readJudgement } from "./read-judgement.ts";

/** A judgement with the model that says it made it, or why there is none. */
export type Answered<T> = { judged: T; judgedBy?: string } | { missing: string; again?: true };

const reminder: ChatMessage = {
  role: "user",
  content: "Your last answer was not the JSON object that was asked for. Answer with the JSON object alone.",
};

/** Fields that some models refuse; a judge is asked without what it does not know. */
const droppable = [
  ["temperature", "temperature"],
  ["seed", "seed"],
  ["response_format", "responseFormat"],
] as const;

/**
 * Asks a judge one question, at temperature 0 and with a seed where it takes them. An answer that is no judgement is asked
 * for once more; then the score is missing, never 0. What was judged once is not paid again.
 */
export async function askJudge<T>(
  model: JudgeModel,
  messages: ChatMessage[],
  shape: z.ZodType<T>,
  repeat: number,
  models: ScoringModels | undefined,
): Promise<Answered<T>> {
  if (!models) return { missing: "no judge can be asked here", again: true };
  const request: ChatRequest = {
    deployment: model.judge.split("@")[0] ?? "",
    messages,
    temperature: 0,
    seed: model.seed + repeat,
    maxOutputTokens: model.maxOutputTokens,
    responseFormat: { type: "json_object" },
  };
  const key = `${digestOf([model.judge, requestDigest(request)])}-${repeat}`;
  const kept = await models.kept?.get(key);
  const known = kept && readJudgement(kept.output, shape);
  if (kept && known && "judged" in known)
    return { ...known, ...(kept.answeredBy ? { judgedBy: kept.answeredBy } : {}) };
  let unreadable = "";
  for (const again of [false, true]) {
    const answer = await complete({ ...request, messages: again ? [...messages, reminder] : messages }, models);
    if (answer.kind !== "answer") return { missing: `the judge gave no answer: ${answer.reason}`, again: true };
    if (answer.outcome === "filtered") return { missing: "the provider's content filter stopped the judge" };
    const read = readJudgement(answer.output, shape);
    if ("judged" in read) {
      const by = answer.answeredBy ? { answeredBy: answer.answeredBy } : {};
      await models.kept?.put(key, { output: JSON.stringify(read.judged), ...by });
      return { ...read, ...(answer.answeredBy ? { judgedBy: answer.answeredBy } : {}) };
    }
    unreadable = answer.outcome === "truncated" ? `${read.unreadable} (cut at the token limit)` : read.unreadable;
  }
  return { missing: `${unreadable}, twice` };
}

async function complete(request: ChatRequest, models: ScoringModels): Promise<ModelAnswer> {
  const { ...asked } = request;
  for (;;) {
    const answer = await models.complete(asked);
    if (answer.kind !== "failed" || answer.retryable) return answer;
    const refused = droppable.find(([name, field]) => answer.reason.includes(name) && asked[field] !== undefined);
    if (!refused) return answer;
    delete asked[refused[1]];
  }
}
