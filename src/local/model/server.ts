import { createHash } from "node:crypto";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { parseJson, readText } from "../request-body.ts";
import { ChatBody } from "./chat-body.ts";
import { chatCompletion } from "./chat-completion.ts";
import { filterError, filterPrompt } from "./content-filter.ts";
import { type Deployment, findDeployment, listedDeployments } from "./deployments.ts";
import { embeddings } from "./embedding.ts";
import { createFaultPlan, Fault } from "./faults.ts";
import { createNoise } from "./noise.ts";
import { createRateLimiter } from "./rate-limit.ts";
import { createRequestLog, type LoggedRequest } from "./request-log.ts";

export interface ModelServerOptions {
  seed: number;
  key?: string;
  /** Base latency in milliseconds, to which up to half of it is added. Default 40. */
  latencyMs?: number;
  logFile?: string;
  /** Calls at a time beyond which the answer is 429. Default: no limit. */
  maxInFlight?: number;
  /** Whether answers say what is left of `maxInFlight`; 429s tell in any case. Default: true. */
  rateHeaders?: boolean;
  /** Default: no limit. */
  requestsPerMinute?: number;
  now?: () => Date;
}

interface Reply {
  status: number;
  headers?: Record<string, string>;
  json?: object;
  text?: string;
}

const defaultLatencyMs = 40;
const inFlightRetryMs = 500;
const bodyLimit = 4 * 1024 * 1024;
const chatPath = /^(?:\/openai)?\/v1\/chat\/completions$/;
const embeddingPath = /^(?:\/openai)?\/v1\/embeddings$|^\/openai\/deployments\/([^/]+)\/embeddings$/;
const deploymentPath = /^\/openai\/deployments\/([^/]+)\/chat\/completions$/;
const simulated = { server: "assay-model-stand-in", "x-simulated": "true" };

export function createModelServer(options: ModelServerOptions): Server {
  const now = options.now ?? (() => new Date());
  const log = createRequestLog(options.logFile, now);
  const faults = createFaultPlan();
  const limiter = createRateLimiter(options.requestsPerMinute ?? Number.POSITIVE_INFINITY, () => now().getTime());
  const counters = new Map<string, number>();
  let inFlight = 0;

  return createServer((request, response) => {
    route(request, response).catch((thrown: unknown) => {
      if (response.headersSent || response.destroyed) response.destroy();
      else send(response, { status: 500, json: errorBody("internal_error", String(thrown)) });
    });
  });

  async function route(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname } = new URL(request.url ?? "/", "http://localhost");
    const body = await readText(request, bodyLimit);
    if (pathname.startsWith("/_standin/")) return send(response, own(request.method ?? "GET", pathname, body));
    const inPath = deploymentPath.exec(pathname)?.[1];
    if (request.method === "POST" && (inPath || chatPath.test(pathname))) {
      return chat(request, response, pathname, body, inPath && decodeURIComponent(inPath));
    }
    if (!isAllowed(request)) return send(response, unauthorized());
    const embedding = request.method === "POST" ? embeddingPath.exec(pathname) : null;
    if (embedding) return send(response, embeddings(parseJson(body), embedding[1] && decodeURIComponent(embedding[1])));
    if (request.method === "GET" && /^(?:\/openai)?\/v1\/models$/.test(pathname)) {
      const data = listedDeployments().map((id) => ({ id, object: "model", created: 0, owned_by: "simulated" }));
      return send(response, { status: 200, json: { object: "list", data } });
    }
    send(response, { status: 404, json: errorBody("404", "Resource not found") });
  }

  function own(method: string, pathname: string, body: string): Reply {
    if (pathname === "/_standin/log" && method === "GET") return { status: 200, json: [...log.entries] };
    if (pathname === "/_standin/faults" && method === "DELETE") {
      faults.clear();
      return { status: 204 };
    }
    if (pathname === "/_standin/faults" && method === "POST") {
      const fault = Fault.safeParse(parseJson(body));
      if (!fault.success) return { status: 400, json: errorBody("invalid_fault", fault.error.message) };
      faults.add(fault.data);
      return { status: 204 };
    }
    return { status: 404, json: errorBody("404", "Resource not found") };
  }

  async function chat(
    request: IncomingMessage,
    response: ServerResponse,
    pathname: string,
    text: string,
    inPath: string | undefined,
  ): Promise<void> {
    const json = parseJson(text);
    const parsed = ChatBody.safeParse(json);
    const body = parsed.success ? { ...parsed.data, model: inPath ?? parsed.data.model } : undefined;
    const digest = createHash("sha256").update(text).digest("hex");
    inFlight += 1;
    const entry: LoggedRequest = {
      at: now().toISOString(),
      endAt: null,
      path: pathname,
      model: body?.model ?? inPath ?? "",
      seed: body?.seed ?? null,
      digest,
      status: null,
      inFlight,
      question: body?.messages.findLast((message) => message.role === "user")?.content ?? "",
    };
    log.start(entry);
    // A caller that goes away ends its call: `close` comes once, whichever way.
    response.once("close", () => {
      inFlight -= 1;
      log.end(entry, response.writableFinished ? response.statusCode : null);
    });
    if (!isAllowed(request)) return send(response, unauthorized());
    const fault = faults.take();
    if (fault && (await suffer(fault, response))) return;
    const reply = limited() ?? (body ? completion(body, digest) : badRequest(parsed.error?.message ?? "no JSON"));
    if (reply.status === 200) await sleep(latency(digest, counters.get(digest) ?? 0));
    send(response, { ...reply, headers: { ...inFlightHeaders(), ...reply.headers } });
  }

  /** Whether the fault is all that the caller gets. */
  async function suffer(fault: Fault, response: ServerResponse): Promise<boolean> {
    if (fault.kind === "hang") return true;
    if (fault.kind === "slow") {
      await sleep(fault.ms ?? 2000);
      return false;
    }
    if (fault.kind === "reset") response.destroy();
    else if (fault.kind === "rubbish") send(response, { status: 200, text: "<html>simulated rubbish</html>" });
    else if (fault.kind === "rateLimit") send(response, tooMany(fault.ms ?? 1000, {}));
    else send(response, { status: fault.status ?? 500, json: errorBody("InternalServerError", "A simulated fault.") });
    return true;
  }

  /** Servers that count calls in flight (vLLM behind a gateway, provisioned throughput) name them as their request limit. */
  function inFlightHeaders(): Record<string, string> {
    const { maxInFlight, rateHeaders = true } = options;
    if (maxInFlight === undefined || !rateHeaders) return {};
    const left = Math.max(0, maxInFlight - inFlight);
    return { "x-ratelimit-limit-requests": `${maxInFlight}`, "x-ratelimit-remaining-requests": `${left}` };
  }

  function limited(): Reply | undefined {
    if (inFlight > (options.maxInFlight ?? Number.POSITIVE_INFINITY)) return tooMany(inFlightRetryMs, {});
    if (options.requestsPerMinute === undefined) return undefined;
    const { limit, remaining, retryAfterMs } = limiter.take();
    const headers = { "x-ratelimit-limit-requests": `${limit}`, "x-ratelimit-remaining-requests": `${remaining}` };
    return retryAfterMs > 0 ? tooMany(retryAfterMs, headers) : undefined;
  }

  function completion(body: ChatBody, digest: string): Reply {
    const deployment = findDeployment(body.model);
    if (!deployment) return notDeployed();
    const refused = unsupported(body, deployment);
    if (refused) return refused;
    const filtered = filterPrompt(body.messages);
    if (filtered) return { status: 400, json: filterError(filtered) };
    const counter = counters.get(digest) ?? 0;
    counters.set(digest, counter + 1);
    const { model } = deployment;
    return { status: 200, json: chatCompletion(body, { model, seed: options.seed, counter, digest, now: now() }) };
  }

  function latency(digest: string, counter: number): number {
    const base = options.latencyMs ?? defaultLatencyMs;
    return base + (base / 2) * createNoise(options.seed, "latency", digest, counter).next();
  }

  function isAllowed({ headers }: IncomingMessage): boolean {
    if (options.key === undefined) return true;
    return headers["api-key"] === options.key || headers.authorization === `Bearer ${options.key}`;
  }
}

/** Reasoning models take neither `max_tokens` nor a temperature but the default [Azure OpenAI, reasoning models]. */
function unsupported(body: ChatBody, { reasoning }: Deployment): Reply | undefined {
  if (body.stream) return refusal("stream", "Unsupported parameter: 'stream' is not simulated.");
  if ((body.n ?? 1) > 1) return refusal("n", "Unsupported parameter: 'n' above 1 is not simulated.");
  if (!reasoning) return undefined;
  if (body.max_tokens !== undefined && body.max_tokens !== null) {
    return refusal(
      "max_tokens",
      "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.",
    );
  }
  if (body.temperature === undefined || body.temperature === null) return undefined;
  return refusal("temperature", "Unsupported parameter: 'temperature' is not supported with this model.");
}

function refusal(param: string, message: string): Reply {
  return {
    status: 400,
    json: { error: { message, type: "invalid_request_error", param, code: "unsupported_parameter" } },
  };
}

function unauthorized(): Reply {
  const message = "Access denied due to invalid subscription key or wrong API endpoint.";
  return { status: 401, json: errorBody("401", message) };
}

function notDeployed(): Reply {
  const message = "The API deployment for this resource does not exist.";
  return { status: 404, json: errorBody("DeploymentNotFound", message) };
}

function badRequest(message: string): Reply {
  return { status: 400, json: { error: { message, type: "invalid_request_error", param: null, code: null } } };
}

function tooMany(retryAfterMs: number, headers: Record<string, string>): Reply {
  const seconds = Math.ceil(retryAfterMs / 1000);
  return {
    status: 429,
    headers: {
      ...headers,
      "retry-after": `${seconds}`,
      "retry-after-ms": `${retryAfterMs}`,
    },
    json: errorBody("429", `Requests have exceeded the call rate limit. Please retry after ${seconds} seconds.`),
  };
}

function errorBody(code: string, message: string): object {
  return { error: { code, message } };
}

function send(response: ServerResponse, { status, headers, json, text }: Reply): void {
  if (response.destroyed) return;
  const type = json ? "application/json" : "text/html";
  response.writeHead(status, { ...simulated, ...(status === 204 ? {} : { "content-type": type }), ...headers });
  response.end(json ? JSON.stringify(json) : text);
}
