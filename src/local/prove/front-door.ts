import { createServer, type IncomingMessage, request, type Server, type ServerResponse } from "node:http";
import { listenLocally } from "../listen-locally.ts";

/** One address before servers that come and go; what meets none of them is lost, as it would be. */
export interface FrontDoor {
  url: string;
  /** Requests so far. */
  requests(): number;
  /** Addresses of the workers that live now. */
  setWorkers(urls: readonly string[]): void;
  stop(): void;
}

/** `delayMs`: how long the next request waits before it is passed on. */
export async function openFrontDoor(delayMs: () => number = () => 0): Promise<FrontDoor> {
  let requests = 0;
  let workers: readonly string[] = [];
  let turn = 0;
  const server: Server = createServer((incoming, outgoing) => {
    requests++;
    const delay = delayMs();
    if (delay > 0) setTimeout(() => pass(incoming, outgoing), delay);
    else pass(incoming, outgoing);
  });
  function pass(incoming: IncomingMessage, outgoing: ServerResponse): void {
    const target = workers[turn++ % Math.max(1, workers.length)];
    if (!target) {
      outgoing.writeHead(503).end();
      return;
    }
    const { method, headers, url: path } = incoming;
    const sent = request(target, { method, headers, path }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(outgoing);
    });
    sent.on("error", () => {
      if (!outgoing.headersSent) outgoing.writeHead(502);
      outgoing.end();
    });
    incoming.pipe(sent);
  }
  const url = await listenLocally(server, 0);
  return {
    url,
    requests: () => requests,
    setWorkers(urls) {
      workers = urls;
    },
    stop() {
      server.close();
      server.closeAllConnections();
    },
  };
}
