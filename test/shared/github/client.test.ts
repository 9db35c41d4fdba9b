import { generateKeyPairSync } from "node:crypto";
import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, expect, test } from "vitest";
import { RetryableError } from "../../../src/shared/errors.ts";
import { appClient, calling } from "../../../src/shared/github/client.ts";

let server: Server;
beforeAll(async () => {
  server = createServer((request, response) => {
    if (request.url === "/half") response.writeHead(200, { "content-type": "application/json" }).write("[");
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
const pem = privateKey.export({ type: "pkcs8", format: "pem" }).toString();

test.each(["/app", "/half"])(
  "bad input: a GitHub that takes the connection and says nothing, or half of it (%s)",
  async (route) => {
    const { port } = server.address() as AddressInfo;
    const client = appClient({ apiUrl: `http://127.0.0.1:${port}`, appId: 1, privateKey: pem, patienceMs: 100 });
    const asked = calling("look", () => client.request(`GET ${route}`, { request: { retries: 0 } }));
    await expect(asked).rejects.toBeInstanceOf(RetryableError);
  },
);
