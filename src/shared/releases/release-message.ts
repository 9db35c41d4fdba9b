import * as z from "zod";

/** A queue `releases` message: ids only. A queue of its own, so that no eval stands before a rollback. */
export const ReleaseMessage = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("operation"), repositoryId: z.number(), operationId: z.string() }),
  /** A look at how a release fares; an incident's once an episode. */
  z.object({
    kind: z.literal("observe"),
    repositoryId: z.number(),
    releaseId: z.string(),
    incident: z.string().optional(),
    episode: z.int().optional(),
  }),
  /** The default branch is at this commit: manifests that it changed are promoted. */
  z.object({
    kind: z.literal("pushed"),
    repositoryId: z.number(),
    repository: z.string(),
    commit: z.string(),
    before: z.string().optional(),
  }),
]);
export type ReleaseMessage = z.infer<typeof ReleaseMessage>;

export interface ReleaseQueue {
  release(message: ReleaseMessage, waitMs?: number): Promise<void>;
}
