import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import * as z from "zod";
import { messageOf } from "../../shared/errors.ts";
import { isTaken, listenLocally, takenPort } from "../listen-locally.ts";
import { parseJson } from "../request-body.ts";
import type { HttpData, InvocationResponse, RegisteredFunction, TypedData } from "./core-module.ts";
import { type Invocation, triggerOf } from "./invoke.ts";
import { parseRoute, type Route } from "./route-template.ts";
import { setCookie } from "./set-cookie.ts";
import { settledOr } from "./settled-or.ts";

/** The host refuses larger requests [docs: http trigger limits]. */
const maxRequestBytes = 210 * 1024 * 1024;

export interface HttpServerOptions {
  functions: readonly RegisteredFunction[];
  routePrefix: string;
  port: number;
  /** Name of the setting that chooses the port, for the error that names it. */
  portSetting: string;
  /** Rejects where the function failed; it has told why. */
  invoke(fn: RegisteredFunction, invocation: Invocation): Promise<InvocationResponse>;
  /** What a run by hand with this input is told; undefined where the function cannot be run so. */
  manual(fn: RegisteredFunction, input: string): Invocation | undefined;
  warn(message: string): void;
}

export interface HttpServer {
  url: string;
  /** Takes no more connections, and waits for the answers that are due, until `bound` aborts. */
  stop(bound: AbortSignal): Promise<void>;
}

interface HttpFunction {
  fn: RegisteredFunction;
  route: Route;
  methods: string[] | undefined;
}

/** Serves HTTP triggers below the route prefix, and the host's own `/admin/functions`. Keys are not asked for locally. */
export async function startHttpServer(options: HttpServerOptions): Promise<HttpServer> {
  const served = options.functions
    .flatMap(httpFunction)
    .sort((a, b) => a.route.precedence.localeCompare(b.route.precedence));
  const answering = new Set<Promise<void>>();
  const server = createServer((request, response) => {
    const work = answer(request, response, served, options)
      .catch((thrown: unknown) => {
        if (!response.destroyed) options.warn(`${request.method} ${request.url}: ${messageOf(thrown)}`);
        end(response, 500);
      })
      .finally(() => answering.delete(work));
    answering.add(work);
  });
  const url = await listenLocally(server, options.port).catch((thrown: unknown) => {
    throw isTaken(thrown) ? takenPort(`${options.port}`, options.portSetting) : thrown;
  });
  return {
    url,
    async stop(bound) {
      server.close();
      await settledOr(answering, bound);
      server.closeAllConnections();
    },
  };
}

function httpFunction(fn: RegisteredFunction): HttpFunction[] {
  const trigger = triggerOf(fn);
  if (trigger?.type !== "httpTrigger") return [];
  const route = parseRoute(typeof trigger.route === "string" ? trigger.route : fn.name);
  const methods = Array.isArray(trigger.methods)
    ? trigger.methods.map((method) => String(method).toUpperCase())
    : undefined;
  return [{ fn, route, methods }];
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  served: readonly HttpFunction[],
  options: HttpServerOptions,
): Promise<void> {
  const url = urlOf(request);
  const admin = /^\/admin\/functions(?:\/([^/]+))?$/.exec(url.pathname);
  if (admin) return administer(admin[1], request, response, options);
  const method = request.method ?? "GET";
  const prefix = `/${options.routePrefix}`.replace(/\/+$/, "");
  const path = url.pathname.startsWith(`${prefix}/`) ? url.pathname.slice(prefix.length) : undefined;
  for (const { fn, route, methods } of served) {
    const params = path === undefined ? undefined : route.match(path);
    if (!params || (methods && !methods.includes(method))) continue;
    const body = await readBody(request);
    if (!body) return end(response, 413, { connection: "close" });
    const http = { ...requestOf(request, url), params, ...(body.length > 0 ? { body: { bytes: body } } : {}) };
    let result: InvocationResponse;
    try {
      result = await options.invoke(fn, { data: { http } });
    } catch {
      // As Functions does: the status alone; the details are in the log.
      return end(response, 500);
    }
    return send(response, result, fn);
  }
  // As Functions does, also where the route is known and the method is not.
  end(response, 404);
}

/** The address as the client knows it; a `Host` header that is none does not make the request fail. */
function urlOf(request: IncomingMessage): URL {
  const origin = `http://${request.headers.host ?? "localhost"}`;
  // A target such as `//x` would be read as another host's if it were resolved against the origin.
  const target = request.url?.startsWith("/") ? request.url : "/";
  return new URL((URL.canParse(origin) ? origin : "http://localhost") + target);
}

/** As the host hands a request over: repeated headers and query parameters joined by commas, empty parameters left out. */
function requestOf(request: IncomingMessage, url: URL) {
  const headers = Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)]));
  const names = [...new Set(url.searchParams.keys())];
  const query = Object.fromEntries(
    names.map((name) => [name, url.searchParams.getAll(name).join(",")]).filter(([, value]) => value !== ""),
  );
  return { method: request.method ?? "GET", url: url.href, headers, query };
}

/** Undefined where the body is larger than the host takes. */
async function readBody(request: IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    size += chunk.length;
    if (size > maxRequestBytes) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function send(response: ServerResponse, result: InvocationResponse, fn: RegisteredFunction): void {
  const named = result.outputData?.find(({ name }) => fn.bindings[name]?.type === "http")?.data;
  const http: HttpData | undefined = result.returnValue?.http ?? named?.http;
  if (!http) {
    end(response, 204);
    return;
  }
  response.statusCode = Number(http.statusCode ?? 200);
  for (const [name, value] of Object.entries(http.headers ?? {})) response.setHeader(name, value);
  for (const cookie of http.cookies ?? []) response.appendHeader("set-cookie", setCookie(cookie));
  response.end(bytesOf(http.body));
}

function bytesOf(body: TypedData | undefined): Uint8Array | string {
  return body?.bytes ?? body?.string ?? body?.json ?? "";
}

function end(response: ServerResponse, status: number, headers: Record<string, string> = {}): void {
  if (!response.headersSent) response.writeHead(status, headers);
  response.end();
}

const RunByHand = z.object({ input: z.string().default("") });

/** `GET /admin/functions` lists; `POST /admin/functions/{name}` runs a function that HTTP does not trigger, and says 202. */
async function administer(
  name: string | undefined,
  request: IncomingMessage,
  response: ServerResponse,
  options: HttpServerOptions,
): Promise<void> {
  const list = options.functions.map((fn) => ({ name: fn.name, config: { bindings: Object.values(fn.bindings) } }));
  const fn = options.functions.find((known) => known.name === name);
  if (request.method === "GET" && (name === undefined || fn)) {
    response.setHeader("content-type", "application/json");
    return void response.end(JSON.stringify(name === undefined ? list : list.find((known) => known.name === name)));
  }
  if (request.method !== "POST" || !fn) return end(response, 404);
  const body = await readBody(request);
  const order = body && RunByHand.safeParse(parseJson(body.toString("utf8") || "{}"));
  const invocation = order?.success ? options.manual(fn, order.data.input) : undefined;
  if (!invocation) return end(response, 400);
  end(response, 202);
  await options.invoke(fn, invocation).catch(() => {});
}
