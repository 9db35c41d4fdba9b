import http from "node:http";

/** One write that the app is about to send, or has had answered. */
export interface WritePoint {
  when: "before" | "after";
  /** What is written, with ids left out: `table operations PUT`, `github PATCH check-runs/*`. */
  label: string;
  /** The kill order that it belongs to, where the proof tells them apart. */
  order?: string;
}

export function nameOf({ when, label }: Pick<WritePoint, "when" | "label">): string {
  return `${when} ${label}`;
}

/** A write with everything that is sent. */
export interface SeenWrite {
  service: "blob" | "queue" | "table" | "azure" | "github";
  method: string;
  path: string;
  body: string;
}

export interface WriteWatch {
  github: string;
  /** Origins of the blob, queue and table services. */
  storage: readonly [string, string, string];
  /** Origin of Resource Manager and the Foundry project. */
  azure?: string;
  onPoint(point: WritePoint): void;
  /** Names a write by what is in it; without it, a write is named by its address, and met before its body is there. */
  nameWrite?: (write: SeenWrite, messageOf: (id: string) => string | undefined) => Pick<WritePoint, "label" | "order">;
  /** What a sabotage makes of a request to the tables; the length must stay. */
  rewriteTable?: (text: string) => string;
}

const writes = new Set(["POST", "PUT", "PATCH", "DELETE", "MERGE"]);
const services = ["blob", "queue", "table"] as const;
/** POST is a call there, and changes nothing. */
const azureWrites = new Set(["PUT", "PATCH", "DELETE"]);

/**
 * Sees every write of the Azure clients (node:http) and of octokit (fetch) from outside of the app: the app is the built
 * bundle and knows nothing of it. Reads and model calls pass unseen.
 */
export function watchWrites(watch: WriteWatch): void {
  watchHttp(watch);
  watchFetch(watch);
}

function watchHttp(watch: WriteWatch): void {
  const request = http.request;
  const messages = new Map<string, string>();
  function watched(...args: [http.RequestOptions, ((response: http.IncomingMessage) => void)?]): http.ClientRequest {
    const [options, listener] = args;
    const service = serviceAt(watch, `http://${options.hostname ?? options.host}:${options.port}`);
    const method = options.method ?? "GET";
    const path = options.path ?? "";
    if (service === "queue" && method === "GET" && watch.nameWrite)
      return request(options, listener).once("response", (response) => rememberMessages(response, messages));
    if (!service || !(service === "azure" ? azureWrites : writes).has(method)) return request(options, listener);
    const rewrite = service === "table" ? watch.rewriteTable : undefined;
    const headers = rewrite ? { headers: rewriteHeaders(options.headers, rewrite) } : {};
    const met = (point: Pick<WritePoint, "label" | "order">, sent: http.ClientRequest | undefined) => {
      watch.onPoint({ when: "before", ...point });
      sent?.once("response", () => watch.onPoint({ when: "after", ...point }));
    };
    const { nameWrite } = watch;
    if (nameWrite) {
      const sent = request({ ...options, ...headers }, listener);
      // Nothing is sent before its end is: these requests are whole texts.
      onEnd(sent, (body) => {
        met(
          nameWrite({ service, method, path, body }, (id) => messages.get(id)),
          sent,
        );
        return rewrite ? rewrite(body) : body;
      });
      return sent;
    }
    const label = storageLabel(service, method, path);
    watch.onPoint({ when: "before", label });
    const sent = request({ ...options, ...headers }, listener);
    if (rewrite) onEnd(sent, rewrite);
    sent.once("response", () => watch.onPoint({ when: "after", label }));
    return sent;
  }
  Object.assign(http, { request: watched });
}

function serviceAt({ storage, azure }: WriteWatch, origin: string): SeenWrite["service"] | undefined {
  return services[storage.indexOf(origin)] ?? (azure === origin ? "azure" : undefined);
}

/** The texts of the messages that a worker takes: their deletion names them by their ids alone. */
function rememberMessages(response: http.IncomingMessage, messages: Map<string, string>): void {
  const emit = response.emit.bind(response);
  let text = "";
  // A listener of its own would set the stream flowing before its reader is there.
  Object.assign(response, {
    emit(event: string, ...args: unknown[]) {
      if (event === "data") text += String(args[0]);
      for (const [, id = "", base64 = ""] of event === "end" ? text.matchAll(messagePattern) : [])
        messages.set(id, Buffer.from(base64, "base64").toString("utf8"));
      return emit(event, ...args);
    },
  });
}
const messagePattern = /<MessageId>([^<]+)<\/MessageId>.*?<MessageText>([^<]*)<\/MessageText>/gs;

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

function onEnd(sent: http.ClientRequest, change: (body: string) => string): void {
  const end = sent.end.bind(sent);
  Object.assign(sent, {
    end: (body?: unknown) => {
      const isText = typeof body === "string" || body instanceof Uint8Array;
      const text = typeof body === "string" ? body : isText ? Buffer.from(body).toString("utf8") : "";
      const changed = change(text);
      return isText ? end(changed) : end();
    },
  });
}

function watchFetch(watch: WriteWatch): void {
  const send = globalThis.fetch;
  globalThis.fetch = async (input, init) => {
    const url = new URL(input instanceof Request ? input.url : String(input));
    const method = (init?.method ?? (input instanceof Request ? input.method : "GET")).toUpperCase();
    if (!writes.has(method) || url.origin !== watch.github) return send(input, init);
    const body = typeof init?.body === "string" ? init.body : "";
    const point = watch.nameWrite?.({ service: "github", method, path: url.pathname, body }, () => undefined) ?? {
      label: `github ${method} ${githubResource(url.pathname)}`,
    };
    watch.onPoint({ when: "before", ...point });
    const response = await send(input, init);
    watch.onPoint({ when: "after", ...point });
    return response;
  };
}

function githubResource(path: string): string {
  return path.replace(/^\/repos\/[^/]+\/[^/]+\//, "").replace(/\d+/g, "*");
}

function storageLabel(kind: string, method: string, path: string): string {
  const [, , resource = ""] = path.split(/[/?]/);
  if (kind === "blob") return `blob ${method} ${blobKind(path)}`;
  return `${kind} ${method} ${resource.replace(/\(.*$/, "").replace(/\d{6}$/, "*")}`;
}

function blobKind(path: string): string {
  return (
    ["/git/", "/samples/", "/shards/", "plan.json", "report.json"].find((part) => path.includes(part)) ?? "container"
  );
}
