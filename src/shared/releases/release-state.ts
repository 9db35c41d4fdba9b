import * as z from "zod";
import { ReleaseStage } from "../repository/release.ts";
import { WatchRules } from "../repository/watch-rules.ts";
import { Standby } from "./standby/standby.ts";
import { Pointer, TargetKind } from "./target-port.ts";

export const ReleaseStatus = z.enum([
  "promoting",
  /** Served, and looked at. */
  "watching",
  /** The watch is over without an incident: a rollback may lead here. */
  "verified",
  "rolledBack",
  "partiallyRolledBack",
  /** Was not promoted; every target serves what it served before. */
  "refused",
]);
export type ReleaseStatus = z.infer<typeof ReleaseStatus>;

/** A release as it fares; table `releases`, row `release:<releaseId>`. */
export const ReleaseState = z.object({
  /** `<name>-<first 12 digits of the plan's digest>`. */
  releaseId: z.string(),
  repositoryId: z.number(),
  /** owner/name */
  repository: z.string(),
  name: z.string(),
  stage: ReleaseStage,
  /** Of the plan: manifest and everything that it binds. */
  digest: z.string(),
  commit: z.string(),
  pull: z.int().optional(),
  owner: z.string(),
  runbook: z.string().optional(),
  watch: WatchRules,
  status: ReleaseStatus,
  /** What each target serves under it, by the target's key. */
  pointers: z.record(z.string(), Pointer),
  /** Agents, by their targets' keys, whose sessions on its version are stopped when it is taken back. */
  stopsSessions: z.array(z.string()).optional(),
  /** Every target that what it ships passes through, its own among them; see `reachesOf`. */
  reaches: z.array(z.string()).optional(),
  /** Digests that it ships and the release before it did not; these are what a rollback quarantines. */
  brought: z.array(z.string()),
  /** What its manifest says is done where nothing was verified before it. */
  declares: z.enum(["disable", "answer"]).optional(),
  /** Nothing but the answer of a route that is switched off: a way back for the release that declares it, and for no later one. */
  isOff: z.boolean().optional(),
  /** The release that each target served before, by the target's key. */
  before: z.record(z.string(), z.string()),
  atomic: z.boolean(),
  standbyHours: z.number(),
  createdAt: z.string(),
  promotedAt: z.string().optional(),
  verifiedAt: z.string().optional(),
  /** Until then what it replaced stays able to serve. */
  hotUntil: z.string().optional(),
  /** When its watch last saw a breach: it is not verified until as long again has passed without one. */
  breachedAt: z.string().optional(),
  /** What it saw then, and what followed: in mode `observe` this is all that follows. */
  breach: z.string().optional(),
  /** What the looks at its way back found. */
  standby: Standby.optional(),
  endedAt: z.string().optional(),
  reason: z.string().optional(),
});
export type ReleaseState = z.infer<typeof ReleaseState>;

/** What a person puts on a target for a time. */
const Mark = z.object({ until: z.string(), why: z.string(), by: z.string() });

/** What is known of one target; row `target:<key>`. */
export const TargetState = z.object({
  id: z.string(),
  kind: TargetKind,
  alias: z.string(),
  /** The settings' name of its account or project. */
  endpoint: z.string().optional(),
  /** The release that it serves. */
  current: z.string().optional(),
  /** The operation that may change it; a new one waits. */
  activeOperation: z.string().optional(),
  /** Counts its takings. */
  epoch: z.int(),
  lastAutomaticAt: z.string().optional(),
  /** Until then another breach is held for a person. */
  cooldownUntil: z.string().optional(),
  /** Nothing is promoted until then; rollbacks are not held up. */
  frozen: Mark.optional(),
  /** Nothing happens by itself until then. */
  paused: Mark.optional(),
});
export type TargetState = z.infer<typeof TargetState>;

/** Content that must not ship again; row `quarantine:<digest>`. */
export const Quarantine = z.object({
  digest: z.string(),
  releaseId: z.string(),
  at: z.string(),
  reason: z.string(),
  clearedAt: z.string().optional(),
  clearedBy: z.string().optional(),
  clearedReason: z.string().optional(),
});
export type Quarantine = z.infer<typeof Quarantine>;

/** `deployment:chat`: a target is one wherever a manifest names it, under whichever id. */
export function targetKey({ kind, alias }: { kind: TargetKind; alias: string }): string {
  return `${kind}:${alias}`;
}
