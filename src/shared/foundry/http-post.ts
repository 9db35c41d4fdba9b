import http from "node:http";
import https from "node:https";

export interface HttpAnswer {
  status: number;
  headers: http.IncomingHttpHeaders;
  text: string;
}

export type HttpPost = (
  path: string,
  headers: Record<string, string>,
  body: string,
  signal?: AbortSignal,
) => Promise<HttpAnswer>;

/** No chat completion comes near it; a server gone wild must not fill the memory. */
const maxAnswerChars = 16_000_000;

/**
 * POST over kept-alive connections of `node:http`, which costs least CPU a call (`npm run bench`). Connections that wait
 * keep no process alive. The time is for the whole answer: a server that sends a byte now and then has not answered.
 */
export function createHttpPost(origin: string, timeoutMs: number): HttpPost {
  const { protocol, hostname, port } = new URL(origin);
  const { request, Agent } = protocol === "https:" ? https : http;
  const agent = new Agent({ keepAlive: true, maxSockets: Number.POSITIVE_INFINITY, scheduling: "lifo" });
  const target = { agent, hostname: hostname.replace(/^\[|\]$/g, ""), method: "POST", ...(port ? { port } : {}) };
  return (path, headers, body, signal) =>
    new Promise((resolve, reject) => {
      const sent = request(
        {
          ...target,
          path,
          headers: { ...headers, "content-length": Buffer.byteLength(body) },
          ...(signal ? { signal } : {}),
        },
        (response) => {
          let text = "";
          response.setEncoding("utf8");
          response.on("data", (chunk: string) => {
            text += chunk;
            if (text.length > maxAnswerChars) sent.destroy(new Error("the answer does not end"));
          });
          response.on("end", () => {
            clearTimeout(timer);
            resolve({ status: response.statusCode ?? 0, headers: response.headers, text });
          });
          response.on("error", fail);
        },
      );
      const late = () => sent.destroy(new Error(`no answer within ${timeoutMs / 1000} s`));
      const timer = setTimeout(late, timeoutMs);
      function fail(thrown: Error): void {
        clearTimeout(timer);
        reject(thrown);
      }
      sent.on("error", fail);
      sent.end(body);
    });
}
