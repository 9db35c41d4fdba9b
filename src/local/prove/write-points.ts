import http from "node:http";

/** One write that the app is about to send, or has had answered. */
export interface WritePoint {
  /** Counts writes of this process from 1. */
  index: number;
  when: "before" | "after";
  /** What is written, with ids left out: `table operations update`, `github PATCH check-runs`. */
  label: string;
}

export interface WriteObserver {
  /** Called around every write; before it, the write waits for the answer. `skip` answers success without sending. */
  observe(point: WritePoint, headers: Record<string, string>): "send" | "skip";
}

const writes = new Set(["POST", "PUT", "PATCH", "DELETE", "MERGE"]);

/**
 * Sees every write of the Azure storage clients (node:http) and of octokit (fetch) from outside of the app: the app is the
 * built bundle and knows nothing of it. Table queries and reads pass unseen; so do model calls, which change nothing here.
 */
export function watchWrites(observer: WriteObserver, hosts: { github: string; storage: string[] }): void {
  let count = 0;
  const request = http.request;
  function watchedRequest(...args: Parameters<typeof request>) {
    const options = args.find((arg): arg is http.RequestOptions => typeof arg === "object" && !(arg instanceof URL));
    const target = `http://${options?.hostname ?? options?.host}:${options?.port}`;
    const method = options?.method ?? "GET";
    if (!options || !writes.has(method) || !hosts.storage.includes(target)) return request(...args);
    const label = storageLabel(hosts.storage.indexOf(target), method, options.path ?? "");
    const index = ++count;
    const headers = Object.fromEntries(
      Object.entries(options.headers ?? {}).map(([name, value]) => [name.toLowerCase(), String(value)]),
    );
    observer.observe({ index, when: "before", label }, headers);
    const sent = request(...args);
    sent.once("response", () => observer.observe({ index, when: "after", label }, headers));
    return sent;
  }
  Object.assign(http, { request: watchedRequest });

  const send = globalThis.fetch;
  globalThis.fetch = async (input, init) => {
    const url = new URL(input instanceof Request ? input.url : String(input));
    const method = (init?.method ?? (input instanceof Request ? input.method : "GET")).toUpperCase();
    if (!writes.has(method) || url.origin !== hosts.github) return send(input, init);
    const label = `github ${method} ${url.pathname.replace(/^.*\/repos\/[^/]+\/[^/]+\//, "").replace(/[0-9a-f]{7,}|\d+/g, "*")}`;
    const index = ++count;
    observer.observe({ index, when: "before", label }, {});
    const response = await send(input, init);
    observer.observe({ index, when: "after", label }, {});
    return response;
  };
}

function storageLabel(service: number, method: string, path: string): string {
  const name = ["blob", "queue", "table"][service] ?? "storage";
  const [, , first = ""] = path.split(/[/?]/);
  const resource = first.replace(/\(.*$/, "").replace(/\d{6}$/, "*");
  return `${name} ${resource} ${method}`;
}
