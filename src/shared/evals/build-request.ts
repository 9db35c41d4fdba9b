import type { Prompt } from "../repository/prompt.ts";
import { renderPrompt } from "../repository/render-prompt.ts";
import type { EvalCase } from "../repository/suite.ts";
import type { ChatRequest } from "./model-client.ts";

/** The call that a prompt makes for one case, its turns last; undefined where the inputs do not fit (lint says how). */
export function buildRequest(
  prompt: Prompt,
  { inputs, turns }: Pick<EvalCase, "inputs" | "turns">,
): ChatRequest | undefined {
  const rendered = renderPrompt(prompt, inputs);
  if ("problems" in rendered) return undefined;
  const { temperature, topP, maxOutputTokens, stop, seed } = prompt.parameters;
  const responseFormat = responseFormatOf(prompt);
  return {
    deployment: prompt.model?.deployment ?? "",
    messages: [...rendered.messages, ...turns],
    ...(temperature === undefined ? {} : { temperature }),
    ...(topP === undefined ? {} : { topP }),
    ...(maxOutputTokens === undefined ? {} : { maxOutputTokens }),
    ...(stop === undefined ? {} : { stop }),
    ...(seed === undefined ? {} : { seed }),
    ...(responseFormat ? { responseFormat } : {}),
    ...(prompt.tools.length > 0 ? { tools: prompt.tools } : {}),
  };
}

function responseFormatOf({ name, output }: Prompt): Record<string, unknown> | undefined {
  if (output.format === "text") return undefined;
  if (output.format === "json_object") return { type: "json_object" };
  const schema = { name: name.replaceAll("-", "_"), schema: output.schema, strict: output.strict };
  return { type: "json_schema", json_schema: schema };
}
