import type { Clock } from "../clock.ts";
import { PermanentError } from "../errors.ts";
import { redactPersonalData } from "../redaction/personal-data.ts";
import { redact } from "../redaction/redact.ts";
import { digestOf } from "../repository/digest.ts";
import { bucketOf } from "./bucket.ts";
import { isActive, type Overridden, type Override, offAnswer, resolveOverridden } from "./override.ts";
import { readJsonBody } from "./read-json-body.ts";
import { DecisionRequest, type DecisionStore, type RecordedDecision } from "./recorded-decision.ts";
import { overrideById, type RouteAlias } from "./route-alias.ts";
import { readRouteDocument } from "./route-document.ts";
import { type DocumentAnswer, type DocumentRequest, refuse } from "./serve-document.ts";
import { findAlias, type RoutePorts } from "./serve-route.ts";
import { identityOf } from "./target-steps.ts";

export interface DecisionPorts extends RoutePorts {
  decisions: DecisionStore;
  /** Which part of the decisions is recorded, from 0 to 1. */
  share: number;
  clock: Clock;
  newId(): string;
}

/** A context has eight short fields; nobody needs more. */
const mostBytes = 16 * 1024;

/** Resolves a request's context by the route that is served, and records what was decided. */
export async function recordDecision(
  request: Pick<DocumentRequest, "name" | "repository"> & { body: string },
  ports: DecisionPorts,
): Promise<DocumentAnswer> {
  const read = readBody(request.body);
  if ("status" in read) return refuse(read);
  const alias = await findAlias(request, ports);
  if ("status" in alias) return refuse(alias);
  const digest = read.digest ?? alias.digest;
  const override = overrideOf(read, alias, ports.clock.now());
  if (override === "unknown")
    return refuse({ status: 400, error: `\`override\`: ${alias.name} had no override ${read.override} lately.` });
  const decision = await decideBy(digest, alias, read.context, override, ports);
  if (!decision && read.digest)
    return refuse({ status: 400, error: `\`digest\`: there is no document ${digest} of ${alias.name}; leave it out.` });
  if (!decision) throw new PermanentError(`the document ${digest} of the route ${alias.name} is gone`);
  const requestId = read.context.requestId ?? "";
  const share = bucketOf("decisions", requestId) < ports.share;
  if (!share) return answer({ requestId, recorded: false, decision });
  const record = recordOf(read, decision, ports.clock.now());
  const { operationId, responseId, apimRequestId } = read;
  const ids = [operationId, responseId, apimRequestId].flatMap((id) => id ?? []);
  const unprompted = read.prompt && decisionIdOf(record.route, read.context);
  const stored = await ports.decisions.record(alias.repositoryId, record, [requestId, ...ids], unprompted);
  if (stored.contextDigest !== record.contextDigest)
    return refuse({
      status: 409,
      error: `The request \`${requestId}\` stands for another decision already, by another context; give this one its own requestId.`,
    });
  const same = stored.digest === digest && stored.override?.id === record.override?.id;
  const first = same ? decision : await decideBy(stored.digest, alias, read.context, stored.override, ports);
  return answer({ requestId, recorded: true, decision: first ?? decision });

  function readBody(text: string) {
    const parsed = parseBody(text);
    if ("status" in parsed) return parsed;
    // Drawn by where nothing else is known, and found by later: every decision has one.
    return { ...parsed, context: { ...parsed.context, requestId: parsed.context.requestId ?? ports.newId() } };
  }
}

function parseBody(text: string): DecisionRequest | { status: 400 | 413; error: string } {
  if (text.length > mostBytes) return { status: 413, error: `The body may have ${mostBytes} characters.` };
  const read = readJsonBody(text, DecisionRequest, '{"context": {"tier": "pro", "requestId": "…"}}');
  return "error" in read ? read : read.given;
}

/** Who decided by a document of its own says under which override; who lets Assay decide is under the one that holds. */
function overrideOf(
  { digest, override: named }: DecisionRequest,
  alias: RouteAlias,
  now: Date,
): Override | undefined | "unknown" {
  if (named !== undefined) return overrideById(alias, named) ?? "unknown";
  return digest === undefined && isActive(alias.override, now) ? alias.override : undefined;
}

async function decideBy(
  digest: string,
  { repositoryId, path, name, digest: current }: RouteAlias,
  context: DecisionRequest["context"],
  override: Override | undefined,
  { routes }: RoutePorts,
): Promise<Overridden | undefined> {
  const text = await routes.document(repositoryId, digest);
  if (text === undefined) return undefined;
  const route = readRouteDocument(text, digest, path);
  return digest === current || route.name === name ? resolveOverridden(route, context, override) : undefined;
}

/** A request may call for several features, and each for several prompts. */
function decisionIdOf(route: string, { requestId, feature }: DecisionRequest["context"], prompt?: string): string {
  return digestOf([route, requestId, feature, prompt]).slice(0, 32);
}

function recordOf(
  { context, digest: _digest, override: _override, ...learned }: DecisionRequest,
  { route, digest, rule, arm, target, override, off }: Overridden,
  now: Date,
): RecordedDecision {
  const masked = mask(context);
  const { name, deployment, model, version } = target;
  return {
    decisionId: decisionIdOf(route, context, learned.prompt?.digest),
    at: now.toISOString(),
    route,
    digest,
    rule,
    arm,
    target: { name, deployment, model, version, identity: identityOf(target) },
    context: masked,
    ...(digestOf(masked) === digestOf(context) ? {} : { masked: true }),
    contextDigest: digestOf(context),
    ...(override ? { override } : {}),
    ...(off ? { off } : {}),
    ...mask(learned),
  };
}

/** Every text of a record, without secrets and personal data. */
function mask<T extends object>(record: T): T {
  const walk = (value: unknown): unknown => {
    if (typeof value === "string") return redactPersonalData(redact(value).text).text;
    return typeof value === "object" && value !== null ? mask(value) : value;
  };
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, walk(value)])) as T;
}

function answer({ decision, ...body }: { requestId: string; recorded: boolean; decision: Overridden }): DocumentAnswer {
  const { target, ...rest } = decision;
  // Where nothing may be called, nothing is named that a client could call.
  const shown = offAnswer(decision) === undefined ? { ...rest, target } : rest;
  return {
    status: 200,
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ ...body, decision: shown }),
  };
}
