import { appendFileSync } from "node:fs";
import http from "node:http";
import { parseArgs } from "node:util";
import { serveStandIn } from "../../serve-stand-in.ts";

/**
 * Stands before the storage's tables in a process of its own and writes down every write with its outcome: what it says owes
 * nothing to those who write. What serves takes `--delay` ms to change, as the real one does.
 */
const { values } = parseArgs({
  options: {
    port: { type: "string", default: "0" },
    target: { type: "string" },
    log: { type: "string" },
    delay: { type: "string", default: "0" },
  },
});
const { target = "", log = "" } = values;
const { hostname, port } = new URL(target);
const agent = new http.Agent({ keepAlive: true });

const server = http.createServer((incoming, outgoing) => {
  const method = incoming.method ?? "GET";
  const path = incoming.url ?? "/";
  const body: Buffer[] = [];
  incoming.on("data", (chunk: Buffer) => body.push(chunk));
  // Whoever was killed while it sent has sent nothing.
  incoming.on("end", () => {
    const isWrite = method !== "GET";
    const delay = isWrite && /^\/[^/]+\/routes\(/.test(path) ? Number(values.delay) : 0;
    setTimeout(() => forward(isWrite), delay);
  });
  function forward(isWrite: boolean): void {
    const sent = http.request({ agent, hostname, port, method, path, headers: incoming.headers }, (answer) => {
      const answered: Buffer[] = [];
      answer.on("data", (chunk: Buffer) => answered.push(chunk));
      answer.on("end", () => {
        const text = Buffer.concat(answered);
        if (isWrite) keep(answer.statusCode ?? 0, text.toString("utf8"));
        outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
        outgoing.end(text);
      });
    });
    sent.on("error", () => outgoing.destroy());
    sent.end(Buffer.concat(body));
  }
  function keep(outer: number, answer: string): void {
    // A transaction is accepted as a whole, and says inside whether it was written.
    const inner = [...answer.matchAll(/^HTTP\/1\.1 (\d{3})/gm)].map(([, code]) => Number(code));
    const status = Math.max(outer, ...inner);
    const ifMatch = incoming.headers["if-match"];
    const line = { at: new Date().toISOString(), method, path: decodeURIComponent(path), status, ifMatch };
    appendFileSync(log, `${JSON.stringify({ ...line, body: Buffer.concat(body).toString("utf8") })}\n`);
  }
});

await serveStandIn(server, {
  name: "witness of the tables",
  port: Number(values.port),
  announce: "Witness of the tables",
});
