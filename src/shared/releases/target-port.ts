import * as z from "zod";
import { digestOf } from "../repository/digest.ts";

/** What a release can point somewhere else. */
export const TargetKind = z.enum(["agent", "deployment", "inPlace", "route", "prompt"]);
export type TargetKind = z.infer<typeof TargetKind>;

/** The provider's name of a model, to the version: `OpenAI`, `gpt-5-mini`, `2026-08-06`. */
export const ModelVersion = z.object({ format: z.string(), name: z.string(), version: z.string() });
export type ModelVersion = z.infer<typeof ModelVersion>;

export const Sku = z.object({ name: z.string(), capacity: z.int().positive() });
export type Sku = z.infer<typeof Sku>;

/** ETag, or the body's etag, of what was read. Two pointers that differ in it alone point to the same. */
const fence = z.string().optional();

/** The shares of an agent's versions; they add up to 100. */
const AgentPointer = z.object({
  kind: z.literal("agent"),
  rules: z.array(z.object({ version: z.string(), percentage: z.number().min(0).max(100) })).min(1),
  fence,
});
/** What an alias of ours stands for: a versioned deployment, whose model never changes under its name. */
const DeploymentPointer = z.object({
  kind: z.literal("deployment"),
  deployment: z.string(),
  model: ModelVersion,
  fence,
});
/** What a deployment holds that is changed in place. */
const InPlacePointer = z.object({
  kind: z.literal("inPlace"),
  deployment: z.string(),
  model: ModelVersion,
  sku: Sku,
  raiPolicyName: z.string().optional(),
  fence,
});
/** The document that a served route stands for. */
const RoutePointer = z.object({
  kind: z.literal("route"),
  digest: z.string(),
  path: z.string(),
  commit: z.string(),
  fence,
});
/** The text that a served prompt stands for. */
const PromptPointer = z.object({
  kind: z.literal("prompt"),
  /** The prompt's own. */
  digest: z.string(),
  path: z.string().optional(),
  commit: z.string().optional(),
  fence,
});

/** What is, was or shall be served: plain JSON, kept in rows as it is. */
export const Pointer = z.discriminatedUnion("kind", [
  AgentPointer,
  DeploymentPointer,
  InPlacePointer,
  RoutePointer,
  PromptPointer,
]);
export type Pointer = z.infer<typeof Pointer>;
export type PointerOf<K extends TargetKind> = Extract<Pointer, { kind: K }>;

/** The content filter of a deployment that names none [docs: content filter policies]. */
export const defaultContentFilter = "Microsoft.DefaultV2";

/**
 * What a pointer points to, without the fence that it was read with. The order of an agent's rules does not count, nor who
 * brought a route or a prompt: content never changes under a digest.
 */
export function pointerDigest({ fence: _fence, ...pointer }: Pointer): string {
  if (pointer.kind === "route" || pointer.kind === "prompt")
    return digestOf({ kind: pointer.kind, digest: pointer.digest });
  if (pointer.kind === "inPlace")
    return digestOf({ ...pointer, raiPolicyName: pointer.raiPolicyName ?? defaultContentFilter });
  if (pointer.kind !== "agent") return digestOf(pointer);
  const rules = pointer.rules
    .filter(({ percentage }) => percentage > 0)
    .sort((one, other) => (one.version < other.version ? -1 : 1));
  return digestOf({ ...pointer, rules });
}

export function samePointer(one: Pointer | undefined, other: Pointer | undefined): boolean {
  return one && other ? pointerDigest(one) === pointerDigest(other) : one === other;
}

/** The target as its release names it; a `ReleaseTarget` is one. */
export interface TargetName {
  id: string;
  kind: TargetKind;
  alias: string;
  /** The settings' name of its account or project; absent where there is one. */
  endpoint?: string | undefined;
  /** Of an agent that is taken back: sessions that are pinned to another version than what shall serve do not go on. */
  stopSessions?: boolean | undefined;
}

/** The outside said no. With `retryAfterMs` it may be asked again after that time; without, never with this. */
export interface Refused {
  kind: "refused";
  /** The provider's own, e.g. `RequestConflict`, `InsufficientQuota`, `ServiceModelDeprecated`; or `Deadline`. */
  code: string;
  reason: string;
  retryAfterMs?: number;
}

/** Not over yet: ask again with `resume`, from whichever process. */
export interface Pending {
  kind: "pending";
  /** JSON. */
  resume: string;
  retryAfterMs: number;
}

export type FlipResult =
  /** Written and read back: this is what is served. A provider may say yes and change nothing: compare it. */
  | { kind: "done"; pointer: Pointer }
  /** What is served is neither what was expected nor what was asked for: somebody else changed it. Nothing was written. */
  | { kind: "conflict"; found: Pointer | undefined; reason: string }
  | Refused
  | Pending;

export type ProbeResult =
  /** A real call was answered; `asExpected` where the version that answered is the pointer's, undefined where it did not say. */
  | { kind: "answered"; served: string; asExpected: boolean | undefined; latencyMs: number }
  /** It will not serve: deleted (404), retired (410), paused (423). */
  | { kind: "gone"; code: string; reason: string }
  /** The data plane does not know a new name for up to five minutes. */
  | { kind: "notYet"; reason: string }
  /** No evidence: throttled, no answer, an answer that does not say who gave it; `refused`: it is there and takes no such call (400). */
  | { kind: "unknown"; reason: string; retryAfterMs?: number; refused?: boolean };

/** What is created beside what serves, so that the flip only points. */
export const DeploymentSpec = z.object({
  kind: z.literal("deployment"),
  /** `{alias}--v{n}`. */
  deployment: z.string(),
  model: ModelVersion,
  sku: Sku,
  raiPolicyName: z.string().optional(),
  /** `assay-…` keys; see `releaseTags`. */
  tags: z.record(z.string(), z.string()),
});
export type DeploymentSpec = z.infer<typeof DeploymentSpec>;

export const AgentSpec = z.object({
  kind: z.literal("agent"),
  /** The agent's definition as the Foundry project takes it. */
  definition: z.record(z.string(), z.unknown()),
  metadata: z.record(z.string(), z.string()),
});
export type AgentSpec = z.infer<typeof AgentSpec>;
export type PrepareSpec = DeploymentSpec | AgentSpec;

export type PrepareResult =
  /** It stands there and is not served; this pointer would serve it. */
  | { kind: "done"; pointer: Pointer }
  /** The name is taken by something else. Versioned names are never edited. */
  | { kind: "conflict"; found: Pointer | undefined; reason: string }
  | Refused
  | Pending;

/** One kind of target, of one repository. Every method is safe to repeat. */
export interface TargetPort {
  /** What is served now; undefined where there is no such target. */
  read(target: TargetName): Promise<Pointer | undefined>;
  /** Serves `to` where `expected` is served (undefined: nothing is); `done` at once where `to` already is. */
  flip(target: TargetName, to: Pointer, expected: Pointer | undefined, resume?: string): Promise<FlipResult>;
  /** A real call; which version answered. `pointer` need not be served. */
  probe(target: TargetName, pointer: Pointer): Promise<ProbeResult>;
  /** Only of agents: ends the sessions that are pinned to what `pointer` does not serve. */
  stopSessions?(target: TargetName, pointer: Pointer): Promise<void>;
  /** Only of kinds whose next version has to be made first. */
  prepare?(target: TargetName, spec: PrepareSpec, resume?: string): Promise<PrepareResult>;
}

export type TargetPorts = Record<TargetKind, TargetPort>;

/** The ports of one repository's targets. */
export type OpenTargets = (repository: { id: number; fullName: string }) => Promise<TargetPorts>;
