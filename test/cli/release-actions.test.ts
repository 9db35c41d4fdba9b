import { once } from "node:events";
import { createServer, type Server } from "node:http";
import { tmpdir } from "node:os";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type AzureCli, makeAzureCli } from "../support/azure-cli.ts";
import { runCli } from "../support/run-cli.ts";

let server: Server;
let ASSAY_URL = "";
let [signedIn, signedOut]: AzureCli[] = [];
let asked: { method: string; url: string; token: string; body: unknown }[] = [];
let reply: { status: number; body: string };
beforeAll(async () => {
  server = createServer((request, response) => {
    let text = "";
    request.setEncoding("utf8").on("data", (more: string) => {
      text += more;
    });
    request.on("end", () => {
      const { method = "", url = "", headers } = request;
      asked.push({ method, url, token: headers.authorization ?? "", body: JSON.parse(text) });
      response.writeHead(reply.status).end(reply.body);
    });
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  [signedIn, signedOut] = await Promise.all([makeAzureCli({ upn: "ada@example.com" }), makeAzureCli()]);
  const address = server.address();
  ASSAY_URL = typeof address === "object" ? `http://127.0.0.1:${address?.port}` : "";
});
afterAll(async () => {
  server.close();
  await Promise.all([signedIn?.remove(), signedOut?.remove()]);
});
beforeEach(() => {
  asked = [];
  reply = { status: 200, body: '{"operation":{"stage":"claiming"}}' };
});

const release = (args: string[], env: Record<string, string> = {}) =>
  runCli(["release", ...args], { cwd: tmpdir(), env: { ASSAY_URL, ASSAY_TOKEN: "t-1", ...env } });

describe("assay release promote, rollback, pause and lift", () => {
  test.each([
    [["promote", "chat", "--reason", "now"], "/api/releases/chat/promotion", { reason: "now" }],
    [
      ["promote", "chat", "--reason", "now", "--commit", "a".repeat(40), "--repository", "acme/ai"],
      "/api/releases/chat/promotion?repository=acme%2Fai",
      { reason: "now", commit: "a".repeat(40) },
    ],
    [
      ["rollback", "chat-2", "--reason", "slow", "--to", "chat-1", "--dry-run"],
      "/api/releases/chat-2/rollback",
      { reason: "slow", to: "chat-1", dryRun: true },
    ],
    [
      ["rollback", "chat-2", "--reason", "a load test", "--decline"],
      "/api/releases/chat-2/rollback",
      { reason: "a load test", dryRun: false, decline: true },
    ],
    [["pause", "chat-2", "--reason", "we look"], "/api/releases/chat-2/pause", { reason: "we look", hours: 24 }],
    [["pause", "chat-2", "--reason", "x", "--for", "90m"], "/api/releases/chat-2/pause", { reason: "x", hours: 1.5 }],
    [
      ["lift", "chat-2", "--reason", "mended", "--digest", "abcdef012345"],
      "/api/releases/chat-2/lift",
      { reason: "mended", digest: "abcdef012345" },
    ],
  ])("%j is asked of the app", async (args, url, body) => {
    const { code, out } = await release([...args, "--json"]);
    expect([code, JSON.parse(out)]).toEqual([0, { operation: { stage: "claiming" } }]);
    expect(asked).toEqual([{ method: "POST", url, token: "Bearer t-1", body }]);
  });

  test("what is refused is the answer, with exit code 1", async () => {
    reply = { status: 409, body: '{"error":"Not promoted.","refusals":[{"code":"frozen"}]}' };
    const { code, out } = await release(["promote", "chat", "--reason", "now", "--json"]);
    expect([code, JSON.parse(out)]).toEqual([1, { error: "Not promoted.", refusals: [{ code: "frozen" }] }]);
  });

  test("whoever is signed in to the Azure CLI is who asks, where no token is given", async () => {
    const args = ["pause", "chat-2", "--reason", "x"];
    const env = { ASSAY_TOKEN: "", ASSAY_AUDIENCE: "api://assay", PATH: signedIn?.path ?? "" };
    expect((await runCli(["release", ...args], { cwd: tmpdir(), env: { ...env, ASSAY_URL } })).code).toBe(0);
    const [, claims = ""] = asked[0]?.token.replace("Bearer ", "").split(".") ?? [];
    expect(JSON.parse(Buffer.from(claims, "base64url").toString())).toMatchObject({ upn: "ada@example.com" });
    await release([...args, "--token", "t-2"]);
    expect(asked[1]?.token).toBe("Bearer t-2");
  });

  test("bad input: nobody signed in, no reason, no time, no role, an app that fails or is not there", async () => {
    const pause = ["pause", "chat-2", "--reason", "x"];
    const bare = (env: Record<string, string>) =>
      runCli(["release", ...pause], { cwd: tmpdir(), env: { ASSAY_URL, ...env } });
    const [unnamed, nobody] = await Promise.all([
      bare({}),
      bare({ ASSAY_AUDIENCE: "api://assay", PATH: signedOut?.path ?? "" }),
    ]);
    expect(unnamed.err).toContain("Set ASSAY_AUDIENCE");
    expect([nobody.code, nobody.err]).toEqual([
      1,
      expect.stringMatching(/gives no token for api:\/\/assay.*az login/s),
    ]);
    expect((await release(["pause", "chat-2"])).err).toContain("`--reason` is missing");
    expect((await release([...pause, "--for", "soon"])).err).toContain("Write 90m, 24h or 7d");
    expect(asked).toEqual([]);
    reply = { status: 403, body: '{"error":"the token lacks the role Assay.Operator"}' };
    const refused = await release(pause);
    expect([refused.code, refused.err]).toEqual([1, expect.stringContaining("Ask for the role Assay.Operator")]);
    reply = { status: 500, body: "" };
    expect((await release(pause)).err).toContain("answers 500: nothing");
    const down = await release(["rollback", "chat-2", "--reason", "x"], { ASSAY_URL: "http://127.0.0.1:9" });
    expect(down.err).toMatch(/cannot be reached.*Check ASSAY_URL\. .*`--direct` goes without it/s);
  });
});
