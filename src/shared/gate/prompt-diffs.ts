import { redact } from "../redaction/redact.ts";
import type { AiRepository } from "../repository/ai-repository.ts";
import { diffPrompts, type PromptDiff } from "../repository/prompt-diff.ts";
import { touchedPrompts } from "./affected.ts";

/** How each touched prompt differs from what the base has under its name; redacted, for it is stored and shown. */
export function promptDiffs(base: AiRepository, head: AiRepository): PromptDiff[] {
  return touchedPrompts(base, head).map((prompt) => {
    const before = base.prompts.find(({ name }) => name === prompt.name);
    return redacted(diffPrompts(before, prompt));
  });
}

function redacted(diff: PromptDiff): PromptDiff {
  return JSON.parse(JSON.stringify(diff), (_, value: unknown) =>
    typeof value === "string" ? redact(value).text : value,
  );
}
