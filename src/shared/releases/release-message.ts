import * as z from "zod";

/** A queue `releases` message: ids only. A queue of its own, so that no eval stands before a rollback. */
export const ReleaseMessage = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("operation"), repositoryId: z.number(), operationId: z.string() }),
  /** The default branch is at this commit: manifests that it changed are promoted. */
  z.object({
    kind: z.literal("pushed"),
    repositoryId: z.number(),
    repository: z.string(),
    commit: z.string(),
    before: z.string().optional(),
    /** It was brought back: what the branch says by now counts. */
    waited: z.boolean().optional(),
  }),
  /** Somebody runs a check of releases again; the operation that it tells of, or would have told of. */
  z.object({
    kind: z.literal("rerun"),
    repositoryId: z.number(),
    repository: z.string(),
    commit: z.string(),
    operationId: z.string(),
    by: z.string().optional(),
  }),
]);
export type ReleaseMessage = z.infer<typeof ReleaseMessage>;

/** A queue `watch` message. Telemetry that is slow to answer keeps what is watched waiting, and no rollback. */
export const WatchMessage = z.discriminatedUnion("kind", [
  /** A look at how a release fares; an incident's once an episode. */
  z.object({
    kind: z.literal("observe"),
    repositoryId: z.number(),
    releaseId: z.string(),
    incident: z.string().optional(),
    episode: z.int().optional(),
  }),
  /** A look at its way back. */
  z.object({ kind: z.literal("standby"), repositoryId: z.number(), releaseId: z.string() }),
  /** A look for deployments that nothing needs any more. */
  z.object({ kind: z.literal("reap") }),
  /** The day's look at the model catalogue. */
  z.object({ kind: z.literal("catalogue") }),
]);
export type WatchMessage = z.infer<typeof WatchMessage>;

/** A queue `alerts` message: the key of its row. The look that the first of a flood asks for does not stand behind the flood. */
export const AlertMessage = z.object({ key: z.string() });
export type AlertMessage = z.infer<typeof AlertMessage>;

export interface ReleaseQueue {
  release(message: ReleaseMessage, waitMs?: number): Promise<void>;
  /** A message that nobody takes within `keepMs` is dropped; undefined: it waits. */
  watch(message: WatchMessage, keepMs?: number): Promise<void>;
  alert(message: AlertMessage): Promise<void>;
}
