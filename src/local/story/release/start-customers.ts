import { renderPrompt } from "../../../shared/repository/render-prompt.ts";
import type { InputValue } from "../../../shared/repository/suite.ts";
import { azureSettings } from "../../azure/arm/start.ts";
import type { House } from "../../house.ts";
import { callsPerSecond } from "./stage-past.ts";
import { readStory, type StoryFiles } from "./story-files.ts";
import { startTraffic, type Traffic } from "./traffic.ts";

/** What a customer asks. */
export interface StoryCase {
  inputs: Record<string, InputValue>;
  locale: string;
}

/** Customers of a house: they ask what the starter's suite asks, as its prompt renders it. */
export async function startCustomers(house: House, files: StoryFiles, cases: readonly StoryCase[]): Promise<Traffic> {
  const { prompts } = await readStory(files.first, "first");
  const [prompt] = prompts;
  if (!prompt || !house.azure || !house.monitor) throw new Error("The story's prompt, or its house, is not whole.");
  const conversations = cases.flatMap(({ inputs, locale }) => {
    const rendered = renderPrompt(prompt, inputs);
    return "messages" in rendered ? [{ messages: rendered.messages, locale }] : [];
  });
  const modelUrl = azureSettings(house.azure.url).ASSAY_MODEL_URL ?? "";
  return startTraffic({
    ...{ functionsUrl: house.host.url, accountUrl: modelUrl.replace(/\/openai\/v1$/, ""), monitor: house.monitor },
    ...{ route: "support", prompt: { name: prompt.name, digest: prompt.contentDigest } },
    ...{ conversations, perSecond: callsPerSecond },
  });
}
