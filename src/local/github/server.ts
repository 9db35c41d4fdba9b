import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { readBytes } from "../request-body.ts";
import { adminAnswer } from "./admin.ts";
import { type Actor, authenticate, authorize } from "./auth.ts";
import type { RestFault } from "./faults.ts";
import { type Answer, HttpError, type RouteDefinition, sendAnswer } from "./router.ts";
import { appRoutes } from "./routes-app.ts";
import { checkRoutes } from "./routes-checks.ts";
import { commentRoutes } from "./routes-comments.ts";
import { deploymentRoutes } from "./routes-deployments.ts";
import { gitRoutes } from "./routes-git.ts";
import { gitWriteRoutes } from "./routes-git-writes.ts";
import { issueRoutes } from "./routes-issues.ts";
import { pullRoutes } from "./routes-pulls.ts";
import { queueRoutes } from "./routes-queue.ts";
import { reviewRoutes } from "./routes-reviews.ts";
import { serveGit } from "./smart-http.ts";
import { emptyRepository, findRepository, type Repository, type StandInState } from "./state.ts";

/** Every REST route that is served, in the order in which they are tried. */
export const routes: readonly RouteDefinition[] = [
  ...appRoutes,
  ...gitRoutes,
  ...gitWriteRoutes,
  ...pullRoutes,
  ...reviewRoutes,
  ...checkRoutes,
  ...commentRoutes,
  ...issueRoutes,
  ...deploymentRoutes,
  ...queueRoutes,
];

const simulated = { server: "assay-github-stand-in", "x-simulated": "true" };

export type Validate = (
  method: string,
  template: string,
  part: "request" | "response",
  status: number,
  body: unknown,
) => string[];

/** Serves git, REST, and the stand-in's own `/_standin` routes. */
export function createStandInServer(state: StandInState, validate?: Validate) {
  return createServer((request, response) => {
    serve(state, request, response, validate).catch((thrown: unknown) => {
      const error = thrown instanceof HttpError ? thrown : new HttpError(500, String(thrown));
      if (!response.headersSent)
        sendAnswer(response, { status: error.status, json: { message: error.message } }, simulated);
      else response.end();
    });
  });
}

async function serve(
  state: StandInState,
  request: IncomingMessage,
  response: ServerResponse,
  validate?: Validate,
): Promise<void> {
  if (await serveGit(state, request, response)) return;
  const url = new URL(request.url ?? "/", state.url);
  if (url.pathname.startsWith("/_standin/"))
    return sendAnswer(response, await adminAnswer(state, url.pathname, request), simulated);
  if (url.pathname === "/")
    return sendAnswer(
      response,
      {
        status: 200,
        json: { message: "A GitHub stand-in for local use. It is simulated: nothing here is github.com." },
      },
      simulated,
    );
  const path = url.pathname.startsWith(state.prefix) ? url.pathname.slice(state.prefix.length) : url.pathname;
  const method = request.method ?? "GET";
  const bytes = await readBytes(request);
  const fault = state.faults.takeRest(method, path);
  const logged = { at: state.now().toISOString(), method, path: `${path}${url.search}` };
  if (fault?.kind === "slow") await sleep(fault.ms);
  const early = fault && beforeEffect(fault);
  let actor = "anonymous";
  let answer: Answer;
  let violations: string[] = [];
  let body: unknown;
  if (early) answer = early;
  else {
    try {
      const parsed = parseBody(bytes);
      body = parsed;
      const who = authenticate(state, request.headers.authorization);
      actor = nameOf(who);
      const found = findRoute(method, path);
      if (!found) throw new HttpError(404, "Not Found");
      const { definition, params } = found;
      if (validate && method !== "GET") violations = validate(method, definition.template, "request", 0, parsed);
      const repository = repositoryOf(state, definition, params, who);
      answer = await definition.handle({
        state,
        actor: who,
        params,
        query: url.searchParams,
        body: parsed,
        accept: request.headers.accept ?? "",
        repository,
      });
      if (validate && answer.json !== undefined)
        violations.push(...validate(method, definition.template, "response", answer.status, answer.json));
    } catch (thrown) {
      if (!(thrown instanceof HttpError)) throw thrown;
      answer = {
        status: thrown.status,
        json: {
          message: thrown.message,
          documentation_url: "https://docs.github.com/rest",
          status: String(thrown.status),
          ...thrown.details,
        },
      };
    }
  }
  if (fault?.kind === "errorAfter") answer = { status: 500, json: { message: "Server Error" } };
  if (fault?.kind === "rubbish") answer = { status: 200, bytes: Buffer.from("<html>502 Bad Gateway") };
  state.log.add({
    ...logged,
    actor,
    status: answer.status,
    ...(method === "GET" ? {} : { body, ...idOf(answer) }),
    ...(fault ? { fault: fault.kind } : {}),
    ...(violations.length ? { violations } : {}),
  });
  if (fault?.kind === "reset") {
    response.socket?.destroy();
    return;
  }
  const limits = {
    "x-ratelimit-limit": "5000",
    "x-ratelimit-remaining": "4999",
    "x-ratelimit-reset": String(Math.floor(state.now().getTime() / 1000) + 3600),
  };
  sendAnswer(response, answer, { ...simulated, ...limits, "x-github-request-id": state.nextId().toString(16) });
}

function beforeEffect(fault: RestFault): Answer | undefined {
  const after: Record<string, string> =
    fault.retryAfter === undefined ? {} : { "retry-after": String(fault.retryAfter) };
  if (fault.kind === "errorBefore") return { status: 500, json: { message: "Server Error" } };
  if (fault.kind === "secondaryLimit")
    return {
      status: 403,
      json: { message: "You have exceeded a secondary rate limit. Please wait a few minutes before you try again." },
      headers: after,
    };
  if (fault.kind === "primaryLimit") {
    const reset = String(Math.floor(Date.now() / 1000) + (fault.retryAfter ?? 1));
    return {
      status: 403,
      json: { message: "API rate limit exceeded for installation." },
      headers: { "x-ratelimit-remaining": "0", "x-ratelimit-reset": reset },
    };
  }
  return undefined;
}

function idOf({ json }: Answer): { id?: number } {
  return typeof json === "object" && json !== null && "id" in json && typeof json.id === "number"
    ? { id: json.id }
    : {};
}

function parseBody(bytes: Buffer): Record<string, unknown> {
  if (bytes.length === 0) return {};
  try {
    const value: unknown = JSON.parse(bytes.toString("utf8"));
    return typeof value === "object" && value !== null ? Object.fromEntries(Object.entries(value)) : {};
  } catch {
    throw new HttpError(400, "Problems parsing JSON");
  }
}

function findRoute(
  method: string,
  path: string,
): { definition: RouteDefinition; params: Record<string, string> } | undefined {
  for (const definition of routes) {
    if (definition.method !== method) continue;
    const groups = definition.pattern.exec({ pathname: path })?.pathname.groups;
    if (groups)
      return {
        definition,
        params: Object.fromEntries(
          Object.entries(groups).map(([name, value]) => [name, decodeURIComponent(value ?? "")]),
        ),
      };
  }
  return undefined;
}

function repositoryOf(
  state: StandInState,
  definition: RouteDefinition,
  params: Record<string, string>,
  actor: Actor,
): Repository {
  const repository = findRepository(state, params.owner ?? "", params.repo ?? "");
  if (!definition.template.startsWith("/repos/") || definition.needs === "app") return repository ?? nowhere;
  if (!repository) throw new HttpError(404, "Not Found");
  authorize(actor, repository, definition.needs);
  return repository;
}

/** Handlers of routes outside a repository never look at theirs. */
const nowhere = emptyRepository({
  ...{ id: 0, owner: "", name: "", private: true, dir: "" },
  ...{ permissions: new Map(), requiredChecks: [] },
});

function nameOf(actor: Actor): string {
  return actor.kind === "user" ? actor.user.login : actor.kind;
}
