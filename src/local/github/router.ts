import type { ServerResponse } from "node:http";
import type { Actor } from "./auth.ts";
import type { Repository, StandInState } from "./state.ts";

export interface Call {
  state: StandInState;
  actor: Actor;
  params: Record<string, string>;
  query: URLSearchParams;
  body: Record<string, unknown>;
  accept: string;
  /** Of routes below /repos/{owner}/{repo}. */
  repository: Repository;
}

export interface Answer {
  status: number;
  json?: unknown;
  bytes?: Uint8Array;
  headers?: Record<string, string>;
}

export interface RouteDefinition {
  method: string;
  pattern: URLPattern;
  template: string;
  /** Installation permission that a token needs, e.g. `checks:write`; users need to see the repository. */
  needs?: string;
  handle(call: Call): Promise<Answer> | Answer;
}

/** A REST route by GitHub's own template, e.g. `/repos/{owner}/{repo}/pulls/{pull_number}`. */
export function route(
  method: string,
  template: string,
  handle: RouteDefinition["handle"],
  needs?: string,
): RouteDefinition {
  const pathname = template.replace(/\{(basehead|ref|path)\}/g, ":$1(.+)").replace(/\{(\w+)\}/g, ":$1");
  return { method, template, pattern: new URLPattern({ pathname }), handle, ...(needs ? { needs } : {}) };
}

export class HttpError extends Error {
  readonly status: number;
  readonly details: object;
  constructor(status: number, message: string, details: object = {}) {
    super(message);
    this.status = status;
    this.details = details;
  }
}

export function ok(json: unknown, status = 200): Answer {
  return { status, json };
}

/** One page of a list, with GitHub's Link header. */
export function page<T>(call: Call, items: readonly T[], wrap: (items: T[]) => unknown = (items) => items): Answer {
  const size = Math.min(100, Math.max(1, Number(call.query.get("per_page") ?? 30)));
  const number = Math.max(1, Number(call.query.get("page") ?? 1));
  const last = Math.max(1, Math.ceil(items.length / size));
  const link = (to: number, rel: string) => {
    const query = new URLSearchParams(call.query);
    query.set("page", String(to));
    return `<${call.state.url}${call.state.prefix}?${query}>; rel="${rel}"`;
  };
  const links = [
    ...(number < last ? [link(number + 1, "next"), link(last, "last")] : []),
    ...(number > 1 ? [link(1, "first"), link(number - 1, "prev")] : []),
  ];
  const part = items.slice((number - 1) * size, number * size);
  return { status: 200, json: wrap(part), ...(links.length ? { headers: { link: links.join(", ") } } : {}) };
}

/** A required text of the body; 422 as GitHub words it. */
export function required(call: Call, name: string): string {
  const value = call.body[name];
  if (typeof value === "string" && value !== "") return value;
  throw new HttpError(422, "Validation Failed", {
    errors: [{ resource: "Request", field: name, code: "missing_field" }],
  });
}

export function optional(call: Call, name: string): string | undefined {
  const value = call.body[name];
  return typeof value === "string" ? value : undefined;
}

export function sendAnswer(response: ServerResponse, answer: Answer, headers: Record<string, string>): void {
  const bytes = answer.bytes ?? (answer.json === undefined ? undefined : Buffer.from(JSON.stringify(answer.json)));
  const type = answer.bytes ? "application/octet-stream" : "application/json; charset=utf-8";
  response.writeHead(answer.status, { ...(bytes ? { "content-type": type } : {}), ...headers, ...answer.headers });
  response.end(bytes);
}
