import * as z from "zod";
import type { Positions } from "./finding.ts";
import { InputValue } from "./suite.ts";
import { ToolDefinition } from "./tool-definition.ts";

const inputTypes = ["string", "number", "boolean", "list", "object", "any"] as const;

/** What a prompt expects for one `{{name}}`. */
export const PromptInput = z
  .object({
    type: z.enum(inputTypes).default("string"),
    description: z.string().optional(),
    /** Default: an input without `default` is required. An optional input that is absent renders as the empty text. */
    required: z.boolean().optional(),
    default: InputValue.optional(),
    /** The values that are allowed; strings, numbers and booleans. */
    enum: z
      .array(z.union([z.string(), z.number(), z.boolean()]))
      .min(1)
      .optional(),
    /** Most characters (Unicode code points) of the rendered value. */
    maxLength: z.int().positive().optional(),
    /** Whether the input may hold personal data. */
    pii: z.enum(["none", "possible"]).optional(),
  })
  .strict();
export type PromptInput = z.infer<typeof PromptInput>;

/** Sent with every call; what is absent is not sent. */
export const PromptParameters = z
  .object({
    temperature: z.number().min(0).max(2).optional(),
    topP: z.number().gt(0).max(1).optional(),
    maxOutputTokens: z.int().positive().optional(),
    seed: z.int().min(0).optional(),
    stop: z
      .union([
        z
          .string()
          .min(1)
          .transform((text) => [text]),
        z.array(z.string().min(1)),
      ])
      .optional(),
  })
  .strict();
export type PromptParameters = z.infer<typeof PromptParameters>;

/** The shape of the answer. `schema` is a JSON Schema, or the path of one relative to the prompt file. */
export const PromptOutput = z
  .object({
    format: z.enum(["text", "json_object", "json_schema"]).default("text"),
    schema: z.union([z.string().min(1), z.record(z.string(), z.unknown())]).optional(),
    strict: z.boolean().default(true),
  })
  .strict()
  .refine((output) => output.format !== "json_schema" || output.schema !== undefined, {
    message: "`format: json_schema` needs a `schema`",
    path: ["schema"],
  });
export type PromptOutput = z.infer<typeof PromptOutput>;

export const PromptSafety = z
  .object({
    /** Name of the content filter that the deployment must have. */
    contentFilter: z.string().default("default"),
    blocklists: z.array(z.string()).default([]),
    groundedness: z.enum(["required", "advisory", "off"]).default("off"),
    pii: z.enum(["redact", "block", "allow"]).default("redact"),
    /** The most that one call may cost. */
    maxCostUsd: z.number().positive().optional(),
    /** Inputs whose text strangers write. */
    untrusted: z.array(z.string()).default([]),
  })
  .strict();
export type PromptSafety = z.infer<typeof PromptSafety>;

/** A suite that covers the prompt, by its path from the repository's root or by its name. */
export const PromptEval = z.union([
  z
    .string()
    .min(1)
    .transform((suite): { suite: string; gate: "required" | "advisory" } => ({ suite, gate: "required" })),
  z.object({ suite: z.string().min(1), gate: z.enum(["required", "advisory"]).default("required") }).strict(),
]);
export type PromptEval = z.infer<typeof PromptEval>;

/** `deployment` or `deployment@version`; a name at the model endpoint of the settings, never a URL. */
export const ModelReference = z
  .string()
  .regex(
    /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}(@[A-Za-z0-9][A-Za-z0-9._-]{0,63})?$/,
    "must be DEPLOYMENT or DEPLOYMENT@VERSION",
  );

/** Placeholder and input names. */
export const inputName = /^(?!__proto__$)[A-Za-z_][A-Za-z0-9_-]{0,63}$/;

/** The front matter of `prompts/**\/*.prompt.md`. Only `schema`, `name` and one of `model` and `route` are required. */
export const PromptFrontMatter = z
  .object({
    schema: z.literal("assay/prompt/v1"),
    /** The file's name without `.prompt.md`; unique in the repository. */
    name: z
      .string()
      .max(100)
      .regex(/^[a-z0-9][a-z0-9-]*$/, "lower-case letters, digits and hyphens"),
    description: z.string().optional(),
    version: z
      .string()
      .regex(
        /^(0|[1-9]\d{0,8})\.(0|[1-9]\d{0,8})\.(0|[1-9]\d{0,8})(-[0-9A-Za-z.-]{1,64})?$/,
        "must be MAJOR.MINOR.PATCH",
      )
      .optional(),
    route: z.string().min(1).max(100).optional(),
    model: ModelReference.optional(),
    parameters: PromptParameters.default({}),
    /** Where it is absent, every placeholder is a required input of any type. */
    inputs: z.record(z.string().regex(inputName, "letters, digits, _ and -"), PromptInput).optional(),
    output: PromptOutput.prefault({}),
    safety: PromptSafety.prefault({}),
    /** Offered to the model with every call. */
    tools: z
      .array(ToolDefinition)
      .max(128)
      .refine((tools) => new Set(tools.map(({ name }) => name)).size === tools.length, {
        message: "two tools have the same name",
      })
      .default([]),
    evals: z.array(PromptEval).default([]),
    owners: z.array(z.string()).default([]),
    metadata: z.record(z.string(), z.unknown()).default({}),
  })
  .strict();
export type PromptFrontMatter = z.infer<typeof PromptFrontMatter>;

export type Role = "system" | "user" | "assistant";

export interface PromptMessage {
  role: Role;
  /** Text with `{{name}}` placeholders. */
  template: string;
}

/** A prompt file, read. */
export interface Prompt {
  path: string;
  name: string;
  version?: string;
  description?: string;
  route?: string;
  /**
   * `name`: the model's, where a release says which one the deployment runs. `declared`: what its route says of that, for the
   * price alone: nobody has read it back.
   */
  model?: { deployment: string; version?: string; name?: string; declared?: string };
  parameters: PromptParameters;
  inputs: Record<string, PromptInput>;
  /** As declared; where `schema` was a path and the file was read, the schema itself. */
  output: PromptOutput;
  safety: PromptSafety;
  tools: ToolDefinition[];
  evals: PromptEval[];
  owners: string[];
  metadata: Record<string, unknown>;
  messages: PromptMessage[];
  /** sha256 of what decides its behaviour: see `promptDigest`. */
  contentDigest: string;
  /** Where its keys and messages (`messages.0`) stand in the file. */
  positions: Positions;
}
