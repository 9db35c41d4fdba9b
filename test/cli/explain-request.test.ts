import { once } from "node:events";
import { createServer, type Server } from "node:http";
import { tmpdir } from "node:os";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { runCli } from "../support/run-cli.ts";

let server: Server;
let url = "";
const asked: { url: string | undefined; key: string | string[] | undefined }[] = [];
let reply: { status: number; body: string };
beforeAll(async () => {
  server = createServer((request, response) => {
    asked.push({ url: request.url, key: request.headers["x-functions-key"] });
    response.writeHead(reply.status).end(reply.body);
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  url = typeof address === "object" ? `http://127.0.0.1:${address?.port}` : "";
});
afterAll(() => server.close());

const explain = (env: Record<string, string>, ...args: string[]) =>
  runCli(["route", "explain", "--request", "r/1", ...args], { cwd: tmpdir(), env });

describe("assay route explain --request", () => {
  test("asks with the key, and says that a decision was sampled away", async () => {
    reply = { status: 200, body: JSON.stringify({ request: "r/1", share: 0.1, decisions: [] }) };
    const { code, err } = await explain({ ASSAY_URL: `${url}/`, ASSAY_KEY: "k-1" }, "--repository", "acme/ai");
    expect(code).toBe(1);
    expect(err).toContain("No decision is recorded for `r/1`. It was sampled away");
    expect(err).toContain("10 % of the decisions are recorded");
    expect(asked.at(-1)).toEqual({ url: "/api/decisions?request=r%2F1&repository=acme%2Fai", key: "k-1" });
  });

  test("bad input: what was recorded of a request cannot steer the terminal", async () => {
    const target = { name: "mini", deployment: "m", model: "m", version: "1", identity: "i" };
    const decision = {
      ...{ decisionId: "d", at: "2026-11-21T10:00:00.000Z", route: "chat", digest: "0", rule: "default", arm: "only" },
      ...{ target, context: { tenant: "\u001b[2J" }, explanation: ["tenant \u001b[2J\u0007\nsent", "second"] },
    };
    reply = { status: 200, body: JSON.stringify({ share: 1, decisions: [decision] }) };
    const { code, out } = await explain({ ASSAY_URL: url });
    expect([code, out]).toEqual([0, "tenant ⟨U+001B⟩[2J⟨U+0007⟩ sent\nsecond\n"]);
  });

  test("bad input: no address, one that would show the key, a key that is refused, answers that are none", async () => {
    const said = async (env: Record<string, string>) => (await explain(env)).err;
    expect(await said({})).toContain("Set ASSAY_URL");
    expect(await said({ ASSAY_URL: "http://assay.example" })).toContain("no https address");
    expect(await said({ ASSAY_URL: "http://127.0.0.1:1" })).toContain("cannot be reached");
    reply = { status: 401, body: "" };
    expect(await said({ ASSAY_URL: url })).toContain("Set ASSAY_KEY");
    reply = { status: 404, body: '{"error":"evil/ai is not a repository that is served"}' };
    expect(await said({ ASSAY_URL: url })).toContain("answers 404: evil/ai is not");
    reply = { status: 200, body: '{"decisions": 3}' };
    expect(await said({ ASSAY_URL: url })).toContain("same version");
    reply = { status: 200, body: "<html>" };
    expect(await said({ ASSAY_URL: url })).toContain("answers 200: <html>");
  });
});
