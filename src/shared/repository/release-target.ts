import * as z from "zod";
import { PromptParameters } from "./prompt.ts";

const targetId = z
  .string()
  .max(64)
  .regex(/^[a-z0-9][a-z0-9-]*$/, "lower-case letters, digits and hyphens");
/** Of an agent, a deployment, a route or a prompt, as the outside knows it; never a URL. */
const aliasName = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/, "letters, digits, dots, hyphens and underscores");
export const contentDigest = z.string().regex(/^[0-9a-f]{64}$/, "the sha256 of the content, 64 hex digits");

/** Azure's names of models: `gpt-4.1` in the version `2025-04-14`. Exact: `latest` is a finding. */
const DeployedModel = z
  .object({
    format: z.string().min(1).max(64).default("OpenAI"),
    name: z.string().min(1).max(100),
    version: z.string().min(1).max(64),
  })
  .strict();
export type DeployedModel = z.infer<typeof DeployedModel>;

/** Thousands of tokens a minute, or provisioned units, as the SKU counts. */
const DeploymentSku = z.object({ name: z.string().min(1).max(64), capacity: z.int().positive() }).strict();

const served = {
  model: DeployedModel,
  sku: DeploymentSku,
  /** `raiPolicyName`: the content filter that stands before the model. */
  contentFilter: z.string().min(1).max(100).optional(),
  /** A deployment of the same model and version that the gate calls while the one to be made does not exist yet. */
  evaluateOn: aliasName.optional(),
};

const common = {
  /** Unique in the manifest; `dependsOn` names it. */
  id: targetId,
  /** What stays the same from version to version, and what callers name. */
  alias: aliasName,
  /** The settings' name of the account or project that it lies in; absent where there is one. Never a URL. */
  endpoint: z
    .string()
    .max(64)
    .regex(/^[a-z0-9][a-z0-9-]*$/, "lower-case letters, digits and hyphens")
    .optional(),
  /** Flipped after these. */
  dependsOn: z.array(targetId).max(50).default([]),
};

/** Something that callers name by its alias and that the release points to another version. */
export const ReleaseTarget = z.discriminatedUnion("kind", [
  z
    .object({
      ...common,
      kind: z.literal("agent"),
      /** Of sessions that are pinned to this version once it is taken back: `drain` lets them end, and is what holds unsaid. */
      sessions: z.enum(["drain", "stop"]).optional(),
      to: z
        .object({
          version: z.string().min(1).max(64),
          /** The prompt that the version was made of, and the deployment that it calls: what the gate runs. */
          prompt: z.string().min(1).max(100).optional(),
          deployment: aliasName.optional(),
        })
        .strict(),
    })
    .strict(),
  z
    .object({
      ...common,
      kind: z.literal("deployment"),
      /** `deployment` is `{alias}--v{n}` and never edited: what changes gets the next number. */
      to: z.object({ deployment: aliasName, ...served, parameters: PromptParameters.default({}) }).strict(),
    })
    .strict(),
  /** The declared slow way: the deployment that has the alias as its name is changed where it is. */
  z.object({ ...common, kind: z.literal("inPlace"), to: z.object(served).strict() }).strict(),
  z.object({ ...common, kind: z.literal("route"), to: z.object({ digest: contentDigest }).strict() }).strict(),
  z.object({ ...common, kind: z.literal("prompt"), to: z.object({ digest: contentDigest }).strict() }).strict(),
]);
export type ReleaseTarget = z.infer<typeof ReleaseTarget>;

/** `chat--v42`: the alias and its number; undefined where the name is not of that form. */
export function versionedName(deployment: string): { alias: string; n: number } | undefined {
  const [, alias, digits] = /^(.+)--v([1-9]\d{0,8})$/.exec(deployment) ?? [];
  return alias === undefined || digits === undefined ? undefined : { alias, n: Number(digits) };
}
