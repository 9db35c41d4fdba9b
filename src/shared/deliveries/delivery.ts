import * as z from "zod";

/** The facts of one webhook delivery that Assay acts on; everything else is read again from GitHub. */
export const Delivery = z.object({
  /** X-GitHub-Delivery; the same on a redelivery. */
  deliveryId: z.string(),
  /** 0 where the event has no repository (ping, installation). */
  repositoryId: z.number(),
  /** owner/name. */
  repository: z.string().optional(),
  event: z.string(),
  action: z.string().optional(),
  /** Whether there is anything to do for it; a delivery that is only recorded may be taken up by the sweep as any other. */
  wanted: z.boolean(),
  installationId: z.number().optional(),
  sender: z.string().optional(),
  senderType: z.string().optional(),
  pull: z.number().optional(),
  headSha: z.string().optional(),
  ref: z.string().optional(),
  baseSha: z.string().optional(),
  baseRef: z.string().optional(),
  commentId: z.number().optional(),
  /** The check run or suite that a button was pressed on. */
  checkRunId: z.number().optional(),
  checkName: z.string().optional(),
  checkExternalId: z.string().optional(),
  appId: z.number().optional(),
  receivedAt: z.string(),
});
export type Delivery = z.infer<typeof Delivery>;

/** What became of a delivery. */
export type DeliveryOutcome = "done" | "ignored" | "failed";

/** A queue `work` message: ids only. */
export const WorkMessage = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("delivery"), repositoryId: z.number(), deliveryId: z.string() }),
  z.object({ kind: z.literal("sweepGate"), repositoryId: z.number(), gateId: z.string() }),
  z.object({ kind: z.literal("reconcile"), repositoryId: z.number() }),
  z.object({ kind: z.literal("redeliver") }),
]);
export type WorkMessage = z.infer<typeof WorkMessage>;

export const ShardMessage = z.object({ repositoryId: z.number(), gateId: z.string(), shardId: z.string() });
export type ShardMessage = z.infer<typeof ShardMessage>;

export const ConcludeMessage = z.object({ repositoryId: z.number(), gateId: z.string() });
export type ConcludeMessage = z.infer<typeof ConcludeMessage>;

/** The queues of the product; a message that is to wait is hidden until then. */
export interface Queues {
  work(message: WorkMessage, waitMs?: number): Promise<void>;
  shard(message: ShardMessage, waitMs?: number): Promise<void>;
  conclude(message: ConcludeMessage, waitMs?: number): Promise<void>;
}
