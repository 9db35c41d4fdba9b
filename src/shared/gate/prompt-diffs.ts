import type { AiRepository } from "../repository/ai-repository.ts";
import { diffPrompts, type PromptDiff } from "../repository/prompt-diff.ts";
import { touchedPrompts } from "./affected.ts";

/** How each touched prompt differs from what the base has under its name. */
export function promptDiffs(base: AiRepository, head: AiRepository): PromptDiff[] {
  return touchedPrompts(base, head).map((prompt) =>
    diffPrompts(
      base.prompts.find(({ name }) => name === prompt.name),
      prompt,
    ),
  );
}
