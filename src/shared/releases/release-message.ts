import * as z from "zod";

/** A queue `releases` message: ids only. A queue of its own, so that no eval stands before a rollback. */
export const ReleaseMessage = z.object({
  kind: z.literal("operation"),
  repositoryId: z.number(),
  operationId: z.string(),
});
export type ReleaseMessage = z.infer<typeof ReleaseMessage>;

export interface ReleaseQueue {
  release(message: ReleaseMessage, waitMs?: number): Promise<void>;
}
