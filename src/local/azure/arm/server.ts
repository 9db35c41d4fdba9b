import type { IncomingMessage, Server } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { parseJson, readText } from "../../request-body.ts";
import { createAnswerServer } from "../answer-server.ts";
import { agentRoutes } from "../foundry/routes-agents.ts";
import { dataPlaneRoutes, deploymentAsked } from "../foundry/routes-data-plane.ts";
import { adminAnswer } from "./admin.ts";
import type { AzureFault } from "./faults.ts";
import { callerOf } from "./request-log.ts";
import { type AzureAnswer, type AzureRoute, failed } from "./router.ts";
import { catalogueRoutes } from "./routes-catalogue.ts";
import { deploymentRoutes } from "./routes-deployments.ts";
import { type AzureOptions, accountOf, createAzureState } from "./state.ts";

const routes: readonly AzureRoute[] = [...deploymentRoutes, ...catalogueRoutes, ...agentRoutes, ...dataPlaneRoutes];
const bodyLimit = 4 * 1024 * 1024;

/**
 * ARM below `/subscriptions`, and below `/{account}` what the account's own host serves: `/api/projects/{project}` and
 * `/openai`. Accounts are there as soon as somebody names them.
 */
export function createAzureServer(options: AzureOptions = {}): Server {
  const state = createAzureState(options);
  return createAnswerServer("assay-azure-stand-in", serve);

  async function serve(request: IncomingMessage): Promise<AzureAnswer | undefined> {
    const origin = `http://${request.headers.host ?? "localhost"}`;
    const url = new URL(request.url ?? "/", origin);
    const method = request.method ?? "GET";
    const body = parseJson(await readText(request, bodyLimit));
    if (url.pathname.startsWith("/_standin/")) return adminAnswer(state, method, url.pathname, body);
    if (url.pathname === "/msi/token") return managedIdentityToken(url, state.now());
    const found = findRoute(method, url.pathname);
    const asked = /\/openai\/v1\/chat/.test(url.pathname)
      ? `${url.pathname}#/openai/deployments/${deploymentAsked({}, body)}`
      : url.pathname;
    const caller = callerOf(request.headers.authorization);
    const fault = state.faults.take(method, asked);
    const known = caller !== "anonymous" || request.headers["api-key"] !== undefined;
    if (fault?.kind === "slow") await sleep(fault.ms);
    const answer = !found
      ? failed(404, "NotFound", `The stand-in has no ${method} ${url.pathname}.`)
      : known
        ? (beforehand(fault) ??
          (await found.route.handle({
            state,
            account: accountOf(state, found.params.account ?? ""),
            method,
            origin,
            url,
            params: found.params,
            body,
            credentials: credentialsOf(request),
            contentType: request.headers["content-type"] ?? "",
            fault,
          })))
        : unauthorized();
    const last =
      fault?.kind === "errorAfter" ? failed(500, "InternalServerError", "After the effect (simulated).") : answer;
    state.log.add({
      at: state.now().toISOString(),
      method,
      path: url.pathname + url.search,
      caller,
      status: last.status,
      ...(method === "GET" ? {} : { body }),
      ...(answer.effect ? { effect: answer.effect } : {}),
      ...(fault ? { fault: fault.kind } : {}),
    });
    return fault?.kind === "reset" ? undefined : last;
  }
}

/** As App Service hands a managed identity its token [docs: App Service managed identities, 2019-08-01]; it is signed by nobody. */
function managedIdentityToken({ searchParams }: URL, now: Date): AzureAnswer {
  const expires = Math.floor(now.getTime() / 1000) + 24 * 3600;
  const resource = searchParams.get("resource") ?? "";
  const appid = searchParams.get("client_id") ?? "system-assigned";
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
  const token = `${part({ alg: "none", typ: "JWT" })}.${part({ appid, aud: resource, exp: expires })}.simulated`;
  const json = { access_token: token, expires_on: `${expires}`, resource, token_type: "Bearer", client_id: appid };
  return { status: 200, json };
}

function credentialsOf({ headers }: IncomingMessage): Record<string, string> {
  const { authorization, "api-key": key } = headers;
  return { ...(authorization ? { authorization } : {}), ...(typeof key === "string" ? { "api-key": key } : {}) };
}

/** Faults that are all that a caller gets; the others are played by what they meet. */
function beforehand(fault: AzureFault | undefined): AzureAnswer | undefined {
  if (fault?.kind === "unauthorized") return unauthorized();
  if (fault?.kind === "errorBefore") return failed(fault.status, fault.code, "A simulated fault.");
  if (fault?.kind !== "throttled") return undefined;
  const message = "Number of requests exceeded the limit. Please try again after some time.";
  const headers = { "retry-after": `${fault.retryAfter}`, "x-ms-ratelimit-remaining-subscription-writes": "0" };
  return failed(429, "SubscriptionRequestsThrottled", message, headers);
}

function unauthorized(): AzureAnswer {
  const challenge = 'Bearer authorization_uri="https://login.microsoftonline.com/simulated", error="invalid_token"';
  return failed(401, "AuthenticationFailed", "Authentication failed.", { "www-authenticate": challenge });
}

function findRoute(
  method: string,
  pathname: string,
): { route: AzureRoute; params: Record<string, string> } | undefined {
  for (const route of routes) {
    const groups = route.method === method ? route.pattern.exec({ pathname })?.pathname.groups : undefined;
    if (!groups) continue;
    const params = Object.entries(groups).map(([name, value]) => [name, decodeURIComponent(value ?? "")]);
    return { route, params: Object.fromEntries(params) };
  }
  return undefined;
}
