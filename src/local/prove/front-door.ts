import { createServer, request, type Server } from "node:http";

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
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the front door has no port");
  return {
    url: `http://127.0.0.1:${address.port}`,
    setWorkers(urls) {
      workers = urls;
    },
    stop() {
      server.close();
      server.closeAllConnections();
    },
  };
}
