import * as z from "zod";

/** A tool call of an earlier turn; `id` ties the tool's result to it. */
export const TurnToolCall = z
  .object({ id: z.string().min(1), name: z.string().min(1), arguments: z.unknown() })
  .strict();
export type TurnToolCall = z.infer<typeof TurnToolCall>;

/** One turn of a conversation that comes before the answer that is scored. */
export const CaseTurn = z.union([
  z.object({ role: z.literal("user"), content: z.string() }).strict(),
  z
    .object({
      role: z.literal("assistant"),
      content: z.string().default(""),
      toolCalls: z.array(TurnToolCall).min(1).optional(),
    })
    .strict(),
  z.object({ role: z.literal("tool"), toolCallId: z.string().min(1), content: z.string() }).strict(),
]);
export type CaseTurn = z.infer<typeof CaseTurn>;
