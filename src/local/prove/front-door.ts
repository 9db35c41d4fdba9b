import { createServer, request, type Server } from "node:http";
import { listenLocally } from "../listen-locally.ts";

/** One address for webhooks before workers that come and go; what meets no worker is lost, as it would be. */
export interface FrontDoor {
  url: string;
  /** Addresses of the workers that live now. */
  setWorkers(urls: readonly string[]): void;
  stop(): void;
}

export async function openFrontDoor(): Promise<FrontDoor> {
  let workers: readonly string[] = [];
  let turn = 0;
  const server: Server = createServer((incoming, outgoing) => {
    const target = workers[turn++ % Math.max(1, workers.length)];
    if (!target) {
      outgoing.writeHead(503).end();
      return;
    }
    const sent = request(
      new URL(incoming.url ?? "/", target),
      { method: incoming.method, headers: incoming.headers },
      (answer) => {
        outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(outgoing);
      },
    );
    sent.on("error", () => {
      if (!outgoing.headersSent) outgoing.writeHead(502);
      outgoing.end();
    });
    incoming.pipe(sent);
  });
  const url = await listenLocally(server, 0);
  return {
    url,
    setWorkers(urls) {
      workers = urls;
    },
    stop() {
      server.close();
      server.closeAllConnections();
    },
  };
}
