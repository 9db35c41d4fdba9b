import * as z from "zod";

const Part = z.object({ type: z.string().optional(), text: z.string().optional() });

const Message = z.object({
  role: z.string(),
  content: z
    .union([z.string(), z.array(Part).transform((parts) => parts.map((part) => part.text ?? "").join("\n"))])
    .nullish()
    .transform((content) => content ?? ""),
});

/** The part of a chat completion request that the stand-in obeys. */
export const ChatBody = z.object({
  /** Azure's deployment route names it in the path. */
  model: z.string().default(""),
  messages: z.array(Message).min(1),
  temperature: z.number().min(0).max(2).nullish(),
  seed: z.number().int().nullish(),
  max_tokens: z.number().int().positive().nullish(),
  max_completion_tokens: z.number().int().positive().nullish(),
  stop: z.union([z.string(), z.array(z.string())]).nullish(),
  response_format: z
    .object({
      type: z.string(),
      json_schema: z.object({ schema: z.record(z.string(), z.unknown()).optional() }).optional(),
    })
    .nullish(),
  stream: z.boolean().nullish(),
  n: z.number().int().nullish(),
});
export type ChatBody = z.infer<typeof ChatBody>;
export type ChatMessage = ChatBody["messages"][number];

/** What the stand-in counts as tokens: four characters each, about what a tokenizer makes of English. */
export const CHARACTERS_PER_TOKEN = 4;

export function tokenCount(text: string): number {
  return Math.ceil(text.length / CHARACTERS_PER_TOKEN);
}
