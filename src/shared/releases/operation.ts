import * as z from "zod";
import { AgentSpec, DeploymentSpec, Pointer, TargetKind } from "./target-port.ts";

/** One target's part of an operation. */
export const OperationStep = z.object({
  target: z.object({
    id: z.string(),
    kind: TargetKind,
    alias: z.string(),
    endpoint: z.string().optional(),
    stopSessions: z.boolean().optional(),
  }),
  /** What is expected to be served before; absent where nothing is. Anything else found there is somebody else's change. */
  from: Pointer.optional(),
  /** What shall be served; absent until it is prepared. */
  to: Pointer.optional(),
  /** Made beside what serves, before the flip. */
  spec: z.union([DeploymentSpec, AgentSpec]).optional(),
  /** `flipping` is the stored intent: the next worker reads the world before it writes to it. */
  state: z.enum(["waiting", "flipping", "flipped", "verified", "undoing", "undone", "failed"]),
  /** Writes that were answered since the step was last taken up by its stage. */
  attempts: z.int(),
  /** Of an outside operation that is not over. */
  resume: z.string().optional(),
  /** That `to` can serve was shown by a call. */
  ready: z.boolean().optional(),
  /** A write may have had its effect: its answer was lost, and it has not been read since. */
  unseen: z.boolean().optional(),
  /** What somebody else made it serve; a person's yes takes it for `from`. */
  found: Pointer.optional(),
  reason: z.string().optional(),
});
export type OperationStep = z.infer<typeof OperationStep>;

/** Where a rollback can lead: a release that was verified, with what each target served under it, by the target's key. */
export const Destination = z.object({
  /** For people; targets that were released apart lead back to releases apart. */
  releaseId: z.string(),
  pointers: z.record(z.string(), Pointer),
  releases: z.record(z.string(), z.string()),
});
export type Destination = z.infer<typeof Destination>;

export const Stage = z.enum([
  "claiming",
  "preparing",
  "smoking",
  "preflight",
  "flipping",
  "verifying",
  "undoing",
  "settling",
  "telling",
  "held",
  "closed",
]);
export type Stage = z.infer<typeof Stage>;

export const Outcome = z.enum([
  "promoted",
  /** A promotion that failed; every target serves what it served before. */
  "undone",
  "rolledBack",
  /** Some targets are back and some are not: a person is needed. */
  "partiallyRolledBack",
  /** Flipped and read back, and no call has shown it. */
  "unverified",
  /** Nothing was changed. */
  "failed",
  /** A person said no to it, and nothing was changed: the watch does not ask about this release again. */
  "declined",
]);
export type Outcome = z.infer<typeof Outcome>;

/** What is told to people once an operation is over, each once. */
export const TellPart = z.enum(["check", "issue", "revert", "deployment", "notification"]);
export type TellPart = z.infer<typeof TellPart>;

export const Cause = z.object({
  kind: z.enum(["watch", "alert", "person", "direct", "merge"]),
  /** A login, or an application's id. */
  by: z.string().optional(),
  reason: z.string(),
  /** The evidence is an arm that is worse than the arm beside it, not than another time. */
  perArm: z.boolean().optional(),
  /** Where the anomaly was first seen and when it was heard of; ISO times. */
  seenAt: z.string().optional(),
  firedAt: z.string().optional(),
  acceptedAt: z.string().optional(),
});
export type Cause = z.infer<typeof Cause>;

/** One promotion or rollback; table `operations`. Every change of it is stored before the effect that it announces. */
export const Operation = z.object({
  operationId: z.string(),
  repositoryId: z.number(),
  /** owner/name */
  repository: z.string(),
  kind: z.enum(["promote", "rollback"]),
  /** The release that is promoted, or rolled back. */
  releaseId: z.string(),
  /** Where a rollback leads, the best first; the first that can serve is taken, and `destination` is its place. */
  destinations: z.array(Destination),
  destination: z.int().default(0),
  /** Why there is none, where there is none. */
  noDestination: z.string().optional(),
  cause: Cause,
  /** Nobody asked for it. */
  automatic: z.boolean(),
  stage: Stage,
  /** Of the stage. */
  deadline: z.string(),
  steps: z.array(OperationStep),
  /** Counts the workers that have had it. */
  epoch: z.int(),
  leaseUntil: z.string().optional(),
  createdAt: z.string(),
  /** What is still to be told. */
  untold: z.array(TellPart),
  /** A laptop did what concerns the targets; telling people, and its time, begin when the app finds the operation. */
  leftToApp: z.boolean().optional(),
  /** A person has said yes to a way back of which no call could show that it can serve. */
  approved: z.boolean().optional(),
  /** That a person has been told of what waits for them. */
  heldTold: z.boolean().optional(),
  links: z.partialRecord(TellPart, z.string()).default({}),
  timeline: z.array(z.object({ at: z.string(), what: z.string() })),
  outcome: Outcome.optional(),
  /** Why it waits for a person, or why it ended as it did. */
  reason: z.string().optional(),
});
export type Operation = z.infer<typeof Operation>;

/** Milliseconds that a stage may take. Reference: releases-and-alerts, Appendix C. */
export interface StageTimes {
  claimMs: number;
  prepareMs: number;
  smokeMs: number;
  preflightMs: number;
  /** In-place changes are the declared slow fallback. */
  flipMs: number;
  flipInPlaceMs: number;
  verifyMs: number;
  settleMs: number;
  tellMs: number;
  heldMs: number;
  /** Between two looks at something that is not there yet. */
  againMs: number;
}

export const defaultStageTimes: StageTimes = {
  claimMs: 120_000,
  prepareMs: 30 * 60_000,
  smokeMs: 30 * 60_000,
  preflightMs: 20_000,
  flipMs: 30_000,
  flipInPlaceMs: 15 * 60_000,
  verifyMs: 5 * 60_000,
  settleMs: 10 * 60_000,
  tellMs: 60 * 60_000,
  heldMs: 60 * 60_000,
  againMs: 1000,
};
