import * as z from "zod";

/** A tool that a prompt offers to the model, as JSON Schema describes its arguments. */
export const ToolDefinition = z
  .object({
    name: z.string().regex(/^[A-Za-z0-9_-]{1,64}$/, "letters, digits, _ and -, at most 64"),
    description: z.string().optional(),
    /** JSON Schema of the arguments, an object. */
    parameters: z.record(z.string(), z.unknown()).default({ type: "object", properties: {} }),
    strict: z.boolean().optional(),
  })
  .strict();
export type ToolDefinition = z.infer<typeof ToolDefinition>;
