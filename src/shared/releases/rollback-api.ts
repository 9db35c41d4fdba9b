import * as z from "zod";
import type { Log } from "../log.ts";
import { redact } from "../redaction/redact.ts";
import { readJsonBody } from "../routing/read-json-body.ts";
import { type Answered, type AskPorts, askRollback, lastRollback, previewRollback } from "./ask-rollback.ts";
import type { AuditTrail } from "./audit.ts";
import type { Operation } from "./operation.ts";
import { preview } from "./preview.ts";
import { isRefusal, type Principals, type Refusal, type Role, refuseWithout } from "./principals.ts";
import { marksOf } from "./release-marks.ts";
import type { OpenTargets } from "./target-port.ts";

export interface RollbackApiPorts extends AskPorts {
  principals: Principals;
  audit: AuditTrail;
  newId(): string;
  targets: OpenTargets;
  /** The number of a repository that is served; undefined where it is none. */
  repositoryId(repository: string | null): Promise<number | undefined>;
  log: Log;
}

export interface ApiAnswer {
  status: number;
  body: Record<string, unknown>;
}

export interface ApiRequest {
  releaseId: string;
  repository: string | null;
  authorization: string | null;
}

const RollbackBody = z
  .object({
    reason: z.string().trim().min(1, "say why: it is kept, and shown to everybody").max(500),
    /** The release to go back to; default: the last that was verified. */
    to: z.string().max(200).optional(),
    /** A yes to a rollback that is held: what is in its way is taken as it is. */
    approve: z.boolean().default(false),
    /** A no to a rollback that is held: everything stays as it is, and the watch does not ask about this release again. */
    decline: z.boolean().default(false),
    /** Shows what would be done, and does nothing. */
    dryRun: z.boolean().default(false),
  })
  .strict()
  .refine(({ approve, decline, dryRun, to }) => !decline || !(approve || dryRun || to), {
    message: "a no is given alone: without `approve`, `dryRun` and `to`",
    path: ["decline"],
  });

/** `POST /api/releases/{id}/rollback`: one click, however often it is made. */
export async function postRollback(
  request: ApiRequest & { body: string },
  ports: RollbackApiPorts,
): Promise<ApiAnswer> {
  const who = await mayDo("Assay.Operator", request, ports);
  if ("status" in who) return who;
  const body = readBody(request.body, RollbackBody);
  if ("status" in body) return body;
  const read = body.given;
  const repositoryId = await ports.repositoryId(request.repository);
  if (repositoryId === undefined) return unknownRepository(request);
  const reason = redact(read.reason).text;
  const cause = { kind: "person", by: who.subject, reason, acceptedAt: ports.clock.now().toISOString() } as const;
  const { releaseId } = request;
  const { approve, decline, to } = read;
  const asked = {
    repositoryId,
    releaseId,
    cause,
    automatic: false,
    approve,
    decline,
    ...(to === undefined ? {} : { to }),
  };
  if (read.dryRun) {
    const decision = await previewRollback(asked, ports);
    if (!decision) return unknownRelease(request);
    if (decision.kind === "record")
      return { status: 409, body: { error: `Would not be rolled back: ${decision.reason}.` } };
    return { status: 200, body: { ...(await preview(decision, ports)) } };
  }
  return told(await askRollback(asked, ports), request, decline ? "declined" : "rolled back");
}

/** `GET /api/releases/{id}`: how it fares, and what was done about it. */
export async function getRelease(request: ApiRequest, ports: RollbackApiPorts): Promise<ApiAnswer> {
  const who = await mayDo("Assay.Reader", request, ports);
  if ("status" in who) return who;
  const repositoryId = await ports.repositoryId(request.repository);
  if (repositoryId === undefined) return unknownRepository(request);
  const release = await ports.releases.release(repositoryId, request.releaseId);
  if (!release) return unknownRelease(request);
  const [promotion, rollback, all] = await Promise.all([
    ports.releases.operation(repositoryId, `promote-${request.releaseId}`),
    lastRollback(repositoryId, request.releaseId, ports.releases),
    ports.releases.targets(repositoryId),
  ]);
  const targets = marksOf(release, all, ports.clock.now());
  const quarantine = await ports.releases.quarantineOf(repositoryId, release.brought);
  return {
    status: 200,
    body: {
      ...{ release, targets, quarantine },
      ...(promotion ? { promotion: shown(promotion.operation) } : {}),
      ...(rollback ? { rollback: shown(rollback.operation) } : {}),
    },
  };
}

export async function mayDo(
  role: Role,
  { authorization }: Pick<ApiRequest, "authorization">,
  { principals }: Pick<RollbackApiPorts, "principals">,
) {
  const principal = await principals.of(authorization);
  if (isRefusal(principal)) return refuse(principal);
  const refused = refuseWithout(role, principal);
  return refused ? refuse(refused) : principal;
}

function refuse({ status, reason }: Refusal): ApiAnswer {
  return { status, body: { error: reason } };
}

export function readBody<T>(text: string, schema: z.ZodType<T>): { given: T } | ApiAnswer {
  const read = readJsonBody(text, schema, '{"reason": "…"}');
  return "error" in read ? { status: read.status, body: { error: read.error } } : read;
}

function told(answered: Answered, request: ApiRequest, what: string): ApiAnswer {
  if (answered.kind === "unknown") return unknownRelease(request);
  if (answered.kind === "record") return { status: 409, body: { error: `Not ${what}: ${answered.reason}.` } };
  return { status: answered.isNew ? 202 : 200, body: { operation: shown(answered.operation) } };
}

/** An operation as people see it. */
export function shown({
  operationId,
  kind,
  stage,
  outcome,
  reason,
  releaseId,
  destinations,
  destination,
  ...rest
}: Operation) {
  const { steps, timeline, links, automatic, cause } = rest;
  const targets = steps.map(({ target, state, reason: why }) => ({
    target: `${target.kind}:${target.alias}`,
    state,
    ...(why ? { reason: why } : {}),
  }));
  const to = destinations[destination]?.releaseId;
  return { operationId, kind, stage, outcome, reason, releaseId, to, automatic, cause, targets, timeline, links };
}

export function unknownRepository({ repository }: Pick<ApiRequest, "repository">): ApiAnswer {
  const error = `${repository ?? "The repository"} is not served, or has no release yet, or several have: add ?repository=OWNER/NAME.`;
  return { status: 404, body: { error } };
}

export function unknownRelease({ releaseId }: Pick<ApiRequest, "releaseId">): ApiAnswer {
  return { status: 404, body: { error: `There is no release ${releaseId.slice(0, 200)}.` } };
}
