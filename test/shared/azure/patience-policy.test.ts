import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import {
  createDefaultHttpClient,
  createPipelineFromOptions,
  createPipelineRequest,
  isRestError,
} from "@azure/core-rest-pipeline";
import { afterAll, beforeAll, expect, test } from "vitest";
import { patiencePolicy } from "../../../src/shared/azure/patience-policy.ts";
import { persist } from "../../../src/shared/azure/persist.ts";
import { systemClock } from "../../../src/shared/clock.ts";

let server: Server;
beforeAll(async () => {
  server = createServer((request, response) => {
    if (request.url === "/half") response.writeHead(200).write("{");
    if (request.url === "/well") response.writeHead(200).end("{}");
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

function send(path: string, abortSignal?: AbortSignal) {
  const pipeline = createPipelineFromOptions({ retryOptions: { maxRetries: 0 } });
  pipeline.addPolicy(patiencePolicy({ readMs: 100, writeMs: 100 }), { phase: "Sign" });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}${path}`;
  const request = createPipelineRequest({
    url,
    allowInsecureConnection: true,
    ...(abortSignal ? { abortSignal } : {}),
  });
  return pipeline.sendRequest(createDefaultHttpClient(), request);
}

test.each(["/nothing", "/half"])("bad input: %s of an answer is none, and may be asked for again", async (path) => {
  const thrown = await send(path).catch((error: unknown) => error);
  expect(isRestError(thrown) && thrown.message).toBe("no answer within 0.1 s");
  const refused = await persist(() => send(path), { clock: systemClock, random: () => 0, patienceMs: 0 });
  expect(refused).toMatchObject({ kind: "refused", retryAfterMs: 1000, reason: "no answer: no answer within 0.1 s" });
});

test("an answer in time is one, and a caller's own abort stays that", async () => {
  expect(await send("/well")).toMatchObject({ status: 200, bodyAsText: "{}" });
  const own = new AbortController();
  own.abort();
  await expect(send("/nothing", own.signal)).rejects.toMatchObject({ name: "AbortError" });
});
