import type { IncomingMessage } from "node:http";
import { readText } from "../request-body.ts";
import { Fault } from "./faults.ts";
import type { Answer } from "./router.ts";
import type { StandInState } from "./state.ts";

/** The stand-in's own routes: faults, the request log, deliveries. They are no part of GitHub. */
export async function adminAnswer(state: StandInState, path: string, request: IncomingMessage): Promise<Answer> {
  if (path === "/_standin/log") return { status: 200, json: state.log.entries() };
  if (path === "/_standin/deliveries") return { status: 200, json: state.webhooks.attempts() };
  if (path === "/_standin/faults" && request.method === "POST") {
    const parsed = Fault.safeParse(JSON.parse(await readText(request)));
    if (!parsed.success) return { status: 422, json: { message: parsed.error.message } };
    state.faults.add(parsed.data);
    return { status: 201, json: {} };
  }
  if (path === "/_standin/faults" && request.method === "DELETE") {
    state.faults.clear();
    return { status: 204 };
  }
  return { status: 404, json: { message: "Not Found" } };
}
