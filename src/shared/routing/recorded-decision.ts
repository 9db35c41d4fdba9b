import * as z from "zod";
import { Override } from "./override.ts";
import type { Decision } from "./resolve-route.ts";
import { RouteContext } from "./schema.ts";

const id = z.string().min(1).max(200);
const digest = z.string().regex(/^[0-9a-f]{64}$/, "64 hex digits");

/** What is known once the call is made; a body that is sent again with more of it adds what was missing. */
const learned = {
  /** Of the trace. */
  operationId: id.optional(),
  /** Of the model's response. */
  responseId: id.optional(),
  /** The gateway's own, from the response's header of that name. */
  apimRequestId: id.optional(),
  /** The model that the response names. */
  servedModel: id.optional(),
  prompt: z.object({ name: id.optional(), digest }).strict().optional(),
  release: id.optional(),
};

/** `POST /api/routes/{name}/decisions` */
export const DecisionRequest = z
  .object({
    context: RouteContext,
    /** The document that the client decided by, where that may be older than what is served. */
    digest: digest.optional(),
    /** Id of the override that the client decided under. */
    override: id.optional(),
    ...learned,
  })
  .strict();
export type DecisionRequest = z.infer<typeof DecisionRequest>;

/** One decision, recorded: what "why this model" is answered from. A monthly table `decisions…`. */
export const RecordedDecision = z.object({
  decisionId: z.string(),
  at: z.string(),
  route: z.string(),
  /** Of the route's document. */
  digest: z.string(),
  rule: z.string(),
  arm: z.enum(["only", "canary", "weighted", "heaviest", "forced"] satisfies Decision["arm"][]),
  /** `identity` holds deployment, version and parameters. */
  target: z.object({
    name: z.string(),
    deployment: z.string(),
    model: z.string(),
    version: z.string(),
    identity: z.string(),
  }),
  /** What an operator said of the route then. */
  override: Override.optional(),
  /** What its rule answered in place of a target. */
  off: z.object({ answer: z.string() }).optional(),
  /** Redacted; `masked` says that something was, so that a draw from it would fall elsewhere. */
  context: RouteContext,
  masked: z.boolean().optional(),
  /** Of the context before it was redacted. */
  contextDigest: z.string(),
  ...learned,
});
export type RecordedDecision = z.infer<typeof RecordedDecision>;

const learnedFields = ["operationId", "responseId", "apimRequestId", "servedModel", "prompt", "release"] as const;

export interface DecisionStore {
  /**
   * Records a decision under every id that finds it; the first of one `decisionId` stands, and is told. Another of the same
   * context adds what the first did not know. `unprompted` is the `decisionId` that it had before its prompt was known.
   */
  record(
    repositoryId: number,
    decision: RecordedDecision,
    ids: readonly string[],
    unprompted?: string,
  ): Promise<RecordedDecision>;
  /** Those that carry this id, oldest first; of this month and the two before. */
  find(repositoryId: number, id: string): Promise<RecordedDecision[]>;
  /** Those of a route in order of time, from `from` on or after a cursor; `next` where there are more. */
  list(
    repositoryId: number,
    route: string,
    range: { from: Date; after?: string; limit: number },
  ): Promise<{ decisions: RecordedDecision[]; next?: string }>;
}

/** What the first decision did not know; undefined where nothing is new. */
export function withLearned(known: RecordedDecision, later: RecordedDecision): RecordedDecision | undefined {
  if (known.contextDigest !== later.contextDigest) return undefined;
  const fresh = learnedFields.filter((field) => known[field] === undefined && later[field] !== undefined);
  if (fresh.length === 0) return undefined;
  return { ...known, ...Object.fromEntries(fresh.map((field) => [field, later[field]])) };
}
