import http from "node:http";

/** One write that the app is about to send, or has had answered. */
export interface WritePoint {
  when: "before" | "after";
  /** What is written, with ids left out: `table operations PUT`, `github PATCH check-runs/*`. */
  label: string;
}

export function nameOf({ when, label }: WritePoint): string {
  return `${when} ${label}`;
}

export interface WriteWatch {
  github: string;
  /** Origins of the blob, queue and table services. */
  storage: readonly [string, string, string];
  onPoint(point: WritePoint): void;
  /** What a sabotage makes of a request to the tables; the length must stay. */
  rewriteTable?: (text: string) => string;
}

const writes = new Set(["POST", "PUT", "PATCH", "DELETE", "MERGE"]);
const services = ["blob", "queue", "table"];

/**
 * Sees every write of the Azure storage clients (node:http) and of octokit (fetch) from outside of the app: the app is the
 * built bundle and knows nothing of it. Reads and model calls pass unseen.
 */
export function watchWrites(watch: WriteWatch): void {
  watchHttp(watch);
  watchFetch(watch);
}

function watchHttp(watch: WriteWatch): void {
  const request = http.request;
  function watched(...args: [http.RequestOptions, ((response: http.IncomingMessage) => void)?]): http.ClientRequest {
    const [options, listener] = args;
    const origin = `http://${options.hostname ?? options.host}:${options.port}`;
    const service = watch.storage.indexOf(origin);
    const method = options.method ?? "GET";
    if (service < 0 || !writes.has(method)) return request(options, listener);
    const label = storageLabel(service, method, options.path ?? "");
    watch.onPoint({ when: "before", label });
    const rewrite = services[service] === "table" ? watch.rewriteTable : undefined;
    const sent = request(
      rewrite ? { ...options, headers: rewriteHeaders(options.headers, rewrite) } : options,
      listener,
    );
    if (rewrite) rewriteBody(sent, rewrite);
    sent.once("response", () => watch.onPoint({ when: "after", label }));
    return sent;
  }
  Object.assign(http, { request: watched });
}

function rewriteHeaders(
  headers: http.RequestOptions["headers"],
  rewrite: (text: string) => string,
): http.OutgoingHttpHeaders {
  const entries = Object.entries(headers ?? {}).map(([name, value]) => {
    const [, text = String(value)] = /^[^:]+: (.*)$/s.exec(rewrite(`${name}: ${String(value)}`)) ?? [];
    return [name, text] as const;
  });
  return Object.fromEntries(entries);
}

function rewriteBody(sent: http.ClientRequest, rewrite: (text: string) => string): void {
  const end = sent.end.bind(sent);
  Object.assign(sent, {
    end: (body?: unknown) => {
      const text = typeof body === "string" ? body : Buffer.isBuffer(body) ? body.toString("utf8") : undefined;
      return text === undefined ? end() : end(rewrite(text));
    },
  });
}

function watchFetch(watch: WriteWatch): void {
  const send = globalThis.fetch;
  globalThis.fetch = async (input, init) => {
    const url = new URL(input instanceof Request ? input.url : String(input));
    const method = (init?.method ?? (input instanceof Request ? input.method : "GET")).toUpperCase();
    if (!writes.has(method) || url.origin !== watch.github) return send(input, init);
    const label = `github ${method} ${githubResource(url.pathname)}`;
    watch.onPoint({ when: "before", label });
    const response = await send(input, init);
    watch.onPoint({ when: "after", label });
    return response;
  };
}

function githubResource(path: string): string {
  return path.replace(/^\/repos\/[^/]+\/[^/]+\//, "").replace(/\d+/g, "*");
}

function storageLabel(service: number, method: string, path: string): string {
  const [, , resource = ""] = path.split(/[/?]/);
  const kind = services[service] ?? "storage";
  if (kind === "blob") return `blob ${method} ${blobKind(path)}`;
  return `${kind} ${method} ${resource.replace(/\(.*$/, "").replace(/\d{6}$/, "*")}`;
}

function blobKind(path: string): string {
  return (
    ["/git/", "/samples/", "/shards/", "plan.json", "report.json"].find((part) => path.includes(part)) ?? "container"
  );
}
