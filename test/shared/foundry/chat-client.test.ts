import { once } from "node:events";
import { createServer, type RequestListener, type Server } from "node:http";
import { afterEach, describe, expect, test } from "vitest";
import { createChatClient } from "../../../src/shared/foundry/chat-client.ts";
import { rateHeadersOf, retryAfterMs } from "../../../src/shared/foundry/rate-headers.ts";

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.close();
    server.closeAllConnections();
  }
});

async function clientOf(answer: RequestListener, timeoutMs = 5000) {
  const server = createServer(answer);
  servers.push(server);
  await once(server.listen(0, "127.0.0.1"), "listening");
  const address = server.address();
  const url = `http://127.0.0.1:${typeof address === "object" ? address?.port : 0}/v1`;
  return createChatClient({ url, authorization: async () => ({ "api-key": "k" }), timeoutMs });
}

const request = { deployment: "m", messages: [{ role: "user" as const, content: "Grüße" }] };
const completion = JSON.stringify({ choices: [{ finish_reason: "stop", message: { content: "ja — gut" } }] });

describe("createChatClient", () => {
  test("sends what it was given, and tells what the headers say of the limit", async () => {
    const seen: string[] = [];
    const client = await clientOf(async (sent, response) => {
      let text = "";
      for await (const chunk of sent) text += chunk;
      seen.push(`${sent.method} ${sent.url} ${sent.headers["api-key"]}`, JSON.parse(text).messages[0].content);
      response.writeHead(200, { "x-ratelimit-limit-requests": "30", "x-ratelimit-remaining-requests": "29" });
      response.end(completion);
    });
    expect(await client.complete(request)).toMatchObject({
      kind: "answer",
      output: "ja — gut",
      rate: { limitRequests: 30, remainingRequests: 29 },
    });
    expect(seen).toEqual(["POST /v1/chat/completions k", "Grüße"]);
  });

  test("a 429 says when to come back", async () => {
    const client = await clientOf((_, response) => {
      response.writeHead(429, { "retry-after": "2", "retry-after-ms": "1500" }).end("slow down");
    });
    expect(await client.complete(request)).toEqual({ kind: "rateLimited", retryAfterMs: 1500, reason: "slow down" });
  });

  test.each<[string, RequestListener]>([
    ["never answers", () => {}],
    ["answers a byte now and then", (_, response) => void response.writeHead(200).write(" ")],
  ])("bad input: a model that %s fails within its time, and may be asked again", async (_, answer) => {
    const client = await clientOf(answer, 100);
    expect(await client.complete(request)).toMatchObject({
      kind: "failed",
      retryable: true,
      reason: expect.stringMatching(/no answer within 0.1 s/),
    });
  });

  test.each<[string, RequestListener]>([
    ["rubbish", (_, response) => void response.writeHead(200).end("<html>hello</html>")],
    ["half an answer", (_, response) => void response.writeHead(200).end(completion.slice(0, 20))],
    ["a cut connection", (_, response) => void response.writeHead(200).write("{", () => response.destroy())],
    ["nothing but a closed connection", (sent) => void sent.destroy()],
  ])("bad input: a model that answers %s is a failure of the infrastructure, not a score", async (_, answer) => {
    const client = await clientOf(answer);
    expect(await client.complete(request)).toMatchObject({ kind: "failed", retryable: true });
  });

  test("bad input: an answer without end is cut off", async () => {
    const client = await clientOf((_, response) => {
      const pour = () => {
        while (!response.destroyed && response.write("x".repeat(1_000_000)));
        if (!response.destroyed) response.once("drain", pour);
      };
      pour();
    });
    expect(await client.complete(request)).toMatchObject({
      kind: "failed",
      reason: expect.stringMatching(/does not end/),
    });
  });
});

describe("rate-limit headers", () => {
  test.each([
    [{ "x-ratelimit-remaining-requests": "0" }, { remainingRequests: 0 }],
    [
      { "x-ratelimit-limit-tokens": "20000", "x-ratelimit-remaining-tokens": "19913" },
      { limitTokens: 20000, remainingTokens: 19913 },
    ],
    [{ "x-ratelimit-reset-requests": "1s", "x-ratelimit-reset-tokens": "6m0s" }, { resetMs: 360_000 }],
    [{ "x-ratelimit-reset-tokens": "120ms" }, { resetMs: 120 }],
    [{ "x-ratelimit-reset-requests": "8.64" }, { resetMs: 8640 }],
    [{ "x-ratelimit-limit-requests": "-1" }, undefined],
    [{ "x-ratelimit-limit-requests": "plenty", "x-ratelimit-reset-requests": "soon" }, undefined],
    [{}, undefined],
  ])("%j", (headers, rate) => {
    expect(rateHeadersOf(headers)).toEqual(rate);
  });

  test.each([
    [{ "retry-after-ms": "250", "retry-after": "1" }, 250],
    [{ "retry-after": "3" }, 3000],
    [{ "retry-after": "Sat, 21 Nov 2026 00:00:05 GMT" }, 5000],
    [{ "retry-after": "later", "retry-after-ms": "" }, 1000],
    [{}, 1000],
  ])("retry after %j", (headers, ms) => {
    expect(retryAfterMs(headers, Date.parse("2026-11-21T00:00:00Z"))).toBe(ms);
  });
});
