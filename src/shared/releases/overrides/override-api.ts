import * as z from "zod";
import { readJsonBody } from "../../routing/read-json-body.ts";
import { servedRepository } from "../../routing/served-repository.ts";
import { isRefusal, type Principal, type Principals, refuseWithout } from "../principals.ts";
import type { ApiAnswer } from "../rollback-api.ts";
import { endOverride, notDone, type OverridePorts, type OverrideResult, overrideRoute } from "./override-route.ts";

export interface OverrideApiPorts extends OverridePorts {
  principals: Principals;
  /** owner/name of the repositories that are served. */
  repositories: readonly string[];
  newId(): string;
}

interface ApiRequest {
  route: string;
  repository: string | null;
  authorization: string | null;
}

/** An override that nobody remembers must end. */
const mostOverrideMinutes = 7 * 24 * 60;

const OverrideBody = z
  .object({
    target: z.string().min(1).max(64).optional(),
    /** Switches it off: what every request is answered. */
    answer: z.string().trim().min(1).max(500).optional(),
    feature: z.string().min(1).max(200).optional(),
    reason: z.string().trim().min(1, "say why: it is kept, and shown in every explanation").max(300),
    minutes: z.number().int().min(1).max(mostOverrideMinutes),
  })
  .strict()
  .refine(({ target, answer }) => (target === undefined) !== (answer === undefined), {
    message: "needs `target`, or `answer` to switch it off, and not both",
  });

/** `POST /api/routes/{name}/override` */
export async function postOverride(
  request: ApiRequest & { body: string },
  ports: OverrideApiPorts,
): Promise<ApiAnswer> {
  const who = await operatorOf(request, ports);
  if ("status" in who) return who;
  const read = readJsonBody(request.body, OverrideBody, '{"target": "mini", "reason": "…", "minutes": 120}');
  if ("error" in read) return { status: read.status, body: { error: read.error } };
  const { target, answer = "", feature, reason, minutes } = read.given;
  const to = target === undefined ? ({ kind: "off", answer } as const) : ({ kind: "target", target } as const);
  const asked = { id: ports.newId(), repository: who.repository, route: request.route, by: who.subject };
  return told(await overrideRoute({ ...asked, via: "api", reason, feature, minutes, to }, ports));
}

/** `DELETE /api/routes/{name}/override` */
export async function deleteOverride(request: ApiRequest, ports: OverrideApiPorts): Promise<ApiAnswer> {
  const who = await operatorOf(request, ports);
  if ("status" in who) return who;
  const asked = { id: ports.newId(), repository: who.repository, route: request.route, by: who.subject };
  return told(await endOverride({ ...asked, via: "api" }, ports));
}

async function operatorOf(
  { authorization, repository, route }: ApiRequest,
  { principals, repositories }: OverrideApiPorts,
): Promise<ApiAnswer | (Principal & { repository: string })> {
  const principal = await principals.of(authorization);
  const refused = isRefusal(principal) ? principal : refuseWithout("Assay.Operator", principal);
  if (refused) return { status: refused.status, body: { error: refused.reason } };
  if (isRefusal(principal)) return { status: principal.status, body: { error: principal.reason } };
  const served = servedRepository(repository, repositories);
  if ("status" in served) return { status: served.status, body: { error: served.error } };
  if (/^[a-z0-9][a-z0-9-]{0,99}$/.test(route)) return { ...principal, ...served };
  return { status: 400, body: { error: "A route's name has lower-case letters, digits and hyphens, 100 at most." } };
}

function told(result: OverrideResult): ApiAnswer {
  if (result.kind === "refused") return { status: result.status, body: { error: notDone(result.reason) } };
  const { kind: _kind, ...body } = result;
  return { status: 200, body };
}
