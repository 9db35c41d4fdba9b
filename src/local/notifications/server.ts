import { appendFileSync } from "node:fs";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { parseJson, readText } from "../request-body.ts";
import { acceptSigned, acceptSlack, acceptTeams, type Reply } from "./accept.ts";
import { createNotificationFaults, NotificationFault } from "./faults.ts";

/** One message as it came. */
export interface LoggedMessage {
  at: string;
  /** `/slack/…`, `/teams/…` or `/webhook/…`. */
  path: string;
  status: number;
  /** Whether it was taken, whatever was answered. */
  taken: boolean;
  body: unknown;
  /** Of signed ones. */
  id?: string;
  fault?: string;
}

export interface NotificationServerOptions {
  /** Signs what comes to `/webhook/…`. */
  secret: string;
  /** A file that gets every message as a line of JSON, so that it outlives this process. */
  logFile?: string;
}

/** Slack, Teams and any receiver of signed webhooks, simulated: `/slack/…`, `/teams/…`, `/webhook/…`. */
export function createNotificationServer({ secret, logFile }: NotificationServerOptions): Server {
  const log: LoggedMessage[] = [];
  const faults = createNotificationFaults();

  function receive(path: string, request: IncomingMessage, text: string): Reply {
    const [, kind] = path.split("/");
    if (kind === "webhook") return acceptSigned(request.headers, text, secret, new Date());
    if (kind === "slack") return acceptSlack(parseJson(text));
    if (kind === "teams") return acceptTeams(parseJson(text), Buffer.byteLength(text));
    return { status: 404, text: "no_service" };
  }

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = new URL(request.url ?? "/", "http://localhost").pathname;
    const text = await readText(request);
    if (path === "/_standin/log") return answer(response, 200, JSON.stringify(log));
    if (path === "/_standin/faults" && request.method === "POST") {
      const parsed = NotificationFault.safeParse(parseJson(text));
      if (parsed.success) faults.add(parsed.data);
      return answer(response, parsed.success ? 201 : 422, parsed.success ? "" : parsed.error.message);
    }
    const fault = faults.take(path);
    const early = fault && before(fault);
    const reply = early ?? receive(path, request, text);
    const taken = !early && reply.status < 300;
    const status = fault?.kind === "errorAfter" ? 500 : reply.status;
    const id = request.headers["webhook-id"];
    const logged: LoggedMessage = {
      ...{ at: new Date().toISOString(), path, status, taken, body: parseJson(text) },
      ...(typeof id === "string" ? { id } : {}),
      ...(fault ? { fault: fault.kind } : {}),
    };
    log.push(logged);
    if (logFile) appendFileSync(logFile, `${JSON.stringify(logged)}\n`);
    if (fault?.kind === "reset") return void response.socket?.destroy();
    answer(response, status, reply.text, status === 429 ? { "retry-after": String(fault?.retryAfter ?? 1) } : {});
  }

  return createServer((request, response) => {
    serve(request, response).catch((thrown: unknown) => answer(response, 500, String(thrown)));
  });
}

function before({ kind }: NotificationFault): Reply | undefined {
  if (kind === "errorBefore") return { status: 500, text: "server_error" };
  if (kind === "limited") return { status: 429, text: "rate_limited" };
  return kind === "gone" ? { status: 404, text: "no_service" } : undefined;
}

function answer(response: ServerResponse, status: number, text: string, headers: Record<string, string> = {}): void {
  response.writeHead(status, { server: "assay-notifications-stand-in", "x-simulated": "true", ...headers });
  response.end(text);
}
