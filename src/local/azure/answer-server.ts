import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { type AzureAnswer, failed } from "./arm/router.ts";

/** Sends what `answer` makes of each request under the server's name; undefined breaks the connection. */
export function createAnswerServer(
  server: string,
  answer: (request: IncomingMessage) => Promise<AzureAnswer | undefined>,
): Server {
  const simulated = { server, "x-simulated": "true" };
  function send(response: ServerResponse, { status, json, headers }: AzureAnswer): void {
    if (response.destroyed) return;
    const type = json === undefined ? {} : { "content-type": "application/json; charset=utf-8" };
    response.writeHead(status, { ...simulated, ...type, ...headers });
    response.end(json === undefined ? undefined : JSON.stringify(json));
  }
  return createServer((request, response) => {
    answer(request)
      .then((made) => (made ? send(response, made) : void response.destroy()))
      .catch((thrown: unknown) => {
        if (response.headersSent || response.destroyed) response.destroy();
        else send(response, failed(500, "InternalServerError", String(thrown)));
      });
  });
}
