import * as z from "zod";
import { InvalidInputError } from "../errors.ts";
import type { Delivery } from "./delivery.ts";

const id = z.number().optional().catch(undefined);
const text = z.string().optional().catch(undefined);
const branch = z.object({ sha: text, ref: text }).optional().catch(undefined);
const pullRef = z.object({ number: z.number() });
const check = z
  .object({
    id,
    name: text,
    head_sha: text,
    external_id: text,
    app: z.object({ id }).nullish().catch(undefined),
    pull_requests: z.array(pullRef).optional().catch(undefined),
  })
  .optional()
  .catch(undefined);

/** Only what is read, and nothing refused for a field that is absent or new: GitHub's own examples fail strict schemas. */
const Payload = z.object({
  action: text,
  repository: z.object({ id: z.number(), full_name: z.string(), default_branch: text }).optional().catch(undefined),
  installation: z.object({ id }).nullish().catch(undefined),
  sender: z.object({ login: text, type: text }).nullish().catch(undefined),
  pull_request: z.object({ number: z.number(), head: branch, base: branch }).optional().catch(undefined),
  issue: z.object({ number: z.number(), pull_request: z.unknown().optional() }).optional().catch(undefined),
  comment: z.object({ id }).optional().catch(undefined),
  check_run: check,
  check_suite: check,
  merge_group: z.object({ head_sha: text, head_ref: text, base_sha: text, base_ref: text }).optional().catch(undefined),
  ref: text,
  before: text,
  after: text,
  deleted: z.boolean().optional().catch(undefined),
  changes: z.object({ base: z.unknown().optional() }).optional().catch(undefined),
});
type Payload = z.infer<typeof Payload>;

/** The facts of a delivery. Throws InvalidInputError for a body that is no JSON object. */
export function parseDelivery(raw: { deliveryId: string; event: string; body: string; receivedAt: string }): Delivery {
  const payload = parsePayload(raw.body);
  const { event, deliveryId, receivedAt } = raw;
  const checked = payload.check_run ?? payload.check_suite;
  const delivery: Delivery = {
    deliveryId,
    event,
    receivedAt,
    repositoryId: payload.repository?.id ?? 0,
    wanted: isWanted(event, payload),
    ...defined({
      repository: payload.repository?.full_name,
      action: payload.action,
      installationId: payload.installation?.id,
      sender: payload.sender?.login,
      senderType: payload.sender?.type,
      pull: payload.pull_request?.number ?? (payload.issue?.pull_request ? payload.issue.number : undefined),
      headSha: payload.pull_request?.head?.sha ?? checked?.head_sha ?? payload.merge_group?.head_sha ?? payload.after,
      ref: payload.ref ?? payload.merge_group?.head_ref,
      baseSha:
        payload.merge_group?.base_sha ??
        payload.pull_request?.base?.sha ??
        (event === "push" ? payload.before : undefined),
      baseRef: payload.merge_group?.base_ref ?? payload.pull_request?.base?.ref,
      commentId: payload.comment?.id,
      checkRunId: payload.check_run?.id,
      checkName: payload.check_run?.name,
      checkExternalId: payload.check_run?.external_id,
      appId: checked?.app?.id,
    }),
  };
  return delivery;
}

function parsePayload(body: string): Payload {
  try {
    return Payload.parse(JSON.parse(body));
  } catch (cause) {
    throw new InvalidInputError("the body is not a JSON object as GitHub sends it", { cause });
  }
}

const pullActions = ["opened", "synchronize", "reopened", "ready_for_review", "closed", "edited"];

function isWanted(event: string, payload: Payload): boolean {
  const action = payload.action ?? "";
  if (!payload.repository) return false;
  if (event === "pull_request") {
    return pullActions.includes(action) && (action !== "edited" || payload.changes?.base !== undefined);
  }
  if (event === "push") {
    return !payload.deleted && payload.ref === `refs/heads/${payload.repository.default_branch ?? ""}`;
  }
  if (event === "issue_comment") {
    // Bots that answer one another would not end.
    return action === "created" && payload.issue?.pull_request !== undefined && payload.sender?.type !== "Bot";
  }
  if (event === "check_run") return action === "rerequested";
  if (event === "check_suite") return action === "rerequested";
  return event === "merge_group";
}

function defined<T extends Record<string, unknown>>(record: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(record).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>;
  };
}
