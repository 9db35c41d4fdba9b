import * as z from "zod";

const Operation = z.object({
  operationId: z.string(),
  stage: z.string(),
  outcome: z.string().optional(),
  reason: z.string().optional(),
  to: z.string().optional(),
  automatic: z.boolean(),
  cause: z.object({ kind: z.string(), reason: z.string(), acceptedAt: z.string().optional() }),
  targets: z.array(z.object({ target: z.string(), state: z.string() })),
  timeline: z.array(z.object({ at: z.string(), what: z.string() })),
  links: z.record(z.string(), z.string()),
});

/** What `GET /api/releases/{id}` answers, as far as the story looks at it. */
export const ReleaseView = z.object({
  release: z.object({
    releaseId: z.string(),
    status: z.string(),
    reason: z.string().optional(),
    promotedAt: z.string().optional(),
    verifiedAt: z.string().optional(),
    hotUntil: z.string().optional(),
    standby: z.object({ lookedAt: z.string(), wayBack: z.string().optional() }).optional(),
  }),
  promotion: Operation.optional(),
  rollback: Operation.optional(),
});
export type ReleaseView = z.infer<typeof ReleaseView>;

/** When an operation's timeline first says so. */
export function momentOf({ timeline }: z.infer<typeof Operation>, says: RegExp): string | undefined {
  return timeline.find(({ what }) => says.test(what))?.at;
}
