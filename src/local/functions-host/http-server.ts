import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { InvocationResponse, RegisteredFunction, TypedData } from "./core-module.ts";
import { type Invocation, triggerOf } from "./invoke.ts";
import { parseRoute, type Route } from "./route-template.ts";
import { timerInvocation } from "./timer-listener.ts";

/** The host refuses larger requests [docs: http trigger limits]. */
const maxRequestBytes = 210 * 1024 * 1024;

export interface HttpServerOptions {
  functions: readonly RegisteredFunction[];
  routePrefix: string;
  port: number;
  /** Name of the setting that chooses the port, for the error that names it. */
  portSetting: string;
  invoke(fn: RegisteredFunction, invocation: Invocation): Promise<InvocationResponse>;
  onFailure(message: string): void;
}

interface HttpFunction {
  fn: RegisteredFunction;
  route: Route;
  methods: string[] | undefined;
}

/** Serves HTTP triggers below the route prefix, and the host's own `/admin/functions`. Keys are not asked for locally. */
export async function startHttpServer(options: HttpServerOptions): Promise<{ url: string; server: Server }> {
  const served = options.functions
    .flatMap((fn) => httpFunction(fn))
    .sort((a, b) => (a.route.precedence < b.route.precedence ? -1 : 1));
  const server = createServer((request, response) => {
    answer(request, response, served, options).catch((thrown: unknown) => {
      options.onFailure(
        `HTTP ${request.method} ${request.url}: ${thrown instanceof Error ? thrown.stack : String(thrown)}`,
      );
      // As Functions does: the status alone, the details in the log.
      if (!response.headersSent) response.writeHead(500);
      response.end();
    });
  });
  await listen(server, options);
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the server has no port");
  return { url: `http://127.0.0.1:${address.port}`, server };
}

async function listen(server: Server, { port, portSetting }: HttpServerOptions): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    server.once("error", (thrown: NodeJS.ErrnoException) => {
      const taken = thrown.code === "EADDRINUSE";
      reject(taken ? new Error(`Port ${port} is taken; choose another with ${portSetting}.`) : thrown);
    });
    server.listen(port, "127.0.0.1", resolve);
  });
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
  const url = new URL(request.url ?? "/", "http://localhost");
  const admin = /^\/admin\/functions(?:\/([^/]+))?$/.exec(url.pathname);
  if (admin) return administer(admin[1], request, response, options);
  const method = request.method ?? "GET";
  const prefix = `/${options.routePrefix}`.replace(/\/+$/, "");
  const path = url.pathname.startsWith(`${prefix}/`) ? url.pathname.slice(prefix.length) : undefined;
  for (const { fn, route, methods } of served) {
    const params = path === undefined ? undefined : route.match(path);
    if (!params || (methods && !methods.includes(method))) continue;
    const body = await readBody(request, response);
    if (!body) return;
    const headers = Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)]));
    const query = Object.fromEntries(url.searchParams);
    const http = {
      method,
      url: url.href,
      headers,
      query,
      params,
      ...(body.length > 0 ? { body: { bytes: body } } : {}),
    };
    return send(response, await options.invoke(fn, { data: { http } }), fn);
  }
  response.writeHead(404).end();
}

async function readBody(request: IncomingMessage, response: ServerResponse): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    size += chunk.length;
    if (size > maxRequestBytes) {
      response.writeHead(413).end();
      return undefined;
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function send(response: ServerResponse, result: InvocationResponse, fn: RegisteredFunction): void {
  const named = result.outputData?.find(({ name }) => fn.bindings[name]?.type === "http")?.data;
  const http = result.returnValue?.http ?? named?.http;
  if (!http) {
    response.writeHead(204).end();
    return;
  }
  response.writeHead(Number(http.statusCode ?? 200), http.headers ?? {}).end(bytesOf(http.body));
}

function bytesOf(body: TypedData | undefined): Uint8Array | string {
  return body?.bytes ?? body?.string ?? body?.json ?? "";
}

/** `GET /admin/functions` lists; `POST /admin/functions/{name}` runs a function that HTTP does not trigger, and says 202. */
async function administer(
  name: string | undefined,
  request: IncomingMessage,
  response: ServerResponse,
  options: HttpServerOptions,
): Promise<void> {
  if (name === undefined) {
    const list = options.functions.map((fn) => ({ name: fn.name, config: { bindings: Object.values(fn.bindings) } }));
    response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(list));
    return;
  }
  const fn = options.functions.find((known) => known.name === name);
  const body = await readBody(request, response);
  if (!body) return;
  if (!fn || request.method !== "POST") {
    response.writeHead(404).end();
    return;
  }
  const { input = "" } = body.length > 0 ? (JSON.parse(body.toString("utf8")) as { input?: string }) : {};
  const invocation =
    triggerOf(fn)?.type === "timerTrigger" ? timerInvocation(undefined, undefined) : { data: { string: input } };
  response.writeHead(202).end();
  await options
    .invoke(fn, invocation)
    .catch((thrown: unknown) => options.onFailure(`${name} failed: ${String(thrown)}`));
}
