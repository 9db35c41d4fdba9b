export type { AiRepository, Suite } from "./ai-repository.ts";
export type { Prompt } from "./prompt.ts";
