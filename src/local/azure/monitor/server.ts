import type { IncomingMessage, Server } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import * as z from "zod";
import { parseJson, readText } from "../../request-body.ts";
import { createAnswerServer } from "../answer-server.ts";
import { type AzureAnswer, failed } from "../arm/router.ts";
import { logsAnswer } from "./logs-answer.ts";
import { metricsAnswer } from "./metrics-answer.ts";
import { createMonitorState, MonitorFault, type MonitorState, PushedMinute, push, takeFault } from "./state.ts";

/** Azure Monitor's metrics and logs over what is pushed to `/_standin/minutes`. */
export function createMonitorServer(): Server {
  const state = createMonitorState();
  return createAnswerServer("assay-monitor-stand-in", (request) => serve(state, request));
}

async function serve(state: MonitorState, request: IncomingMessage): Promise<AzureAnswer> {
  const url = new URL(request.url ?? "/", "http://localhost");
  const method = request.method ?? "GET";
  const body = parseJson(await readText(request));
  if (url.pathname.startsWith("/_standin/")) return admin(state, method, url.pathname, body);
  const of = sourceOf(method, url.pathname);
  const fault = of && takeFault(state, of);
  if (fault?.kind === "slow") await sleep(fault.ms);
  const answer = of
    ? answerOf(state, of, url, body, fault)
    : failed(404, "PathNotFoundError", `No ${method} ${url.pathname}.`);
  const { status } = answer;
  state.log.push({ method, path: url.pathname + url.search, status, ...(fault ? { fault: fault.kind } : {}) });
  return answer;
}

function sourceOf(method: string, pathname: string): MonitorFault["of"] | undefined {
  if (method === "GET" && /\/providers\/microsoft\.insights\/metrics$/i.test(pathname)) return "metrics";
  return method === "POST" && /^\/v1\/workspaces\/[^/]+\/query$/.test(pathname) ? "logs" : undefined;
}

function answerOf(
  state: MonitorState,
  of: MonitorFault["of"],
  url: URL,
  body: unknown,
  fault: MonitorFault | undefined,
): AzureAnswer {
  if (fault?.kind === "noContent") return { status: 204 };
  if (fault?.kind === "timeout") return failed(504, "GatewayTimeout", "The query took too long (simulated).");
  if (fault?.kind === "forbidden") return failed(403, "InsufficientAccessError", "No access (simulated).");
  if (fault?.kind === "throttled") {
    return failed(429, "ThrottledError", "Too many queries (simulated).", { "retry-after": `${fault.retryAfter}` });
  }
  const empty = fault?.kind === "empty";
  const json = of === "metrics" ? metricsAnswer(state, url, empty) : logsAnswer(state, body, empty);
  if (!json) return failed(400, "BadArgumentError", "The stand-in does not know this query.");
  if (fault?.kind !== "partialFailure") return { status: 200, json };
  const error = { code: "PartialError", message: "There were some errors when processing your query (simulated)." };
  return { status: 200, json: { ...json, error } };
}

function admin(state: MonitorState, method: string, pathname: string, body: unknown): AzureAnswer {
  const what = `${method} ${pathname.slice("/_standin/".length)}`;
  if (what === "GET log") return { status: 200, json: state.log };
  if (what === "DELETE minutes") state.minutes.clear();
  else if (what === "DELETE faults") state.faults = [];
  else if (what === "POST minutes") {
    const minutes = z.array(PushedMinute).safeParse(body);
    if (!minutes.success) return failed(400, "invalid_minutes", minutes.error.message);
    for (const minute of minutes.data) push(state, minute);
  } else if (what === "POST faults") {
    const fault = MonitorFault.safeParse(body);
    if (!fault.success) return failed(400, "invalid_fault", fault.error.message);
    state.faults.push(fault.data);
  } else return failed(404, "NotFound", "Resource not found");
  return { status: 204 };
}
