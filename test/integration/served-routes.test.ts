import { hash } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { createRouteClient } from "../../clients/assay.ts";
import { type IssuerStandIn, startIssuer } from "../../src/local/azure/issuer/start.ts";
import { callGitHub } from "../../src/local/story/github-user.ts";
import { alertKey } from "../../src/shared/releases/alerts/alert-store.ts";
import { monthly } from "../../src/shared/storage/keys.ts";
import { createTables } from "../../src/shared/storage/tables.ts";
import { routeFile, rule } from "../shared/routing/routes.ts";
import { aiRepository } from "../support/ai-repository.ts";
import { runCli } from "../support/run-cli.ts";
import { type Stage, startStage } from "../support/stage.ts";

const [tenant, audience] = ["stage-tenant", "stage-audience"];
vi.setConfig({ testTimeout: 120_000 });
let stage: Stage;
let issuer: IssuerStandIn;
beforeAll(async () => {
  issuer = await startIssuer({ port: 0, tenant, audience });
  const env = { ASSAY_TOKEN_TENANT: tenant, ASSAY_TOKEN_AUDIENCE: audience, ASSAY_TOKEN_ISSUER: issuer.issuer };
  stage = await startStage({ repositories: 1, env });
});
afterAll(async () => {
  await stage.stop();
  await issuer.stop();
});

test("a merge publishes its routes; a client that holds the document is told so", async () => {
  const { repository, first, propose, check, user } = await stage.open({
    ...aiRepository("good", 4),
    "routing/chat.yaml": routeFile([rule("pro", "{ tier: pro }")]),
  });
  const get = (path: string, headers: Record<string, string> = {}) =>
    fetch(`${stage.host.url}/api/routes/${path}`, { headers });
  expect((await get("chat")).status).toBe(404);
  await stage.github.announce(repository, "main", first);
  await check(first, "assay / baseline");
  const served = await get("chat");
  const [tag, text] = [served.headers.get("etag") ?? "", await served.text()];
  expect(tag).toBe(`"${hash("sha256", text)}"`);
  expect(JSON.parse(text)).toMatchObject({ name: "chat", rules: [{ id: "pro" }] });
  const held = await get("chat", { "if-none-match": tag });
  expect([held.status, await held.text()]).toEqual([304, ""]);
  const changed = routeFile([rule("pro", "{ tier: pro }", "mini")]);
  const { number, sha } = await propose("mini", { "routing/chat.yaml": changed });
  await check(sha);
  expect((await get("chat", { "if-none-match": tag })).status).toBe(304);
  const merged = await callGitHub<{ sha: string }>(user, "PUT", `pulls/${number}/merge`, { sha });
  await check(merged.sha, "assay / baseline");
  const next = await get("chat", { "if-none-match": tag });
  expect([next.status, next.headers.get("assay-commit")]).toEqual([200, merged.sha]);
  const post = (body: object) =>
    fetch(`${stage.host.url}/api/routes/chat/decisions`, { method: "POST", body: JSON.stringify(body) });
  const context = { tier: "pro", tenant: "acme", feature: "search", requestId: "req-1" };
  const decided = await (await post({ context, apimRequestId: "apim-1" })).json();
  expect(decided).toMatchObject({ recorded: true, decision: { rule: "pro", target: { name: "mini" } } });
  expect((await post({ context: { tire: "pro" } })).status).toBe(400);
  const since = new Date(Date.now() - 60_000).toISOString();
  const rows = await (await get(`chat/decisions?since=${since}`)).text();
  expect(JSON.parse(rows)).toMatchObject({ rule: "pro", apimRequestId: "apim-1" });
  const env = { ASSAY_URL: stage.host.url };
  const explained = await runCli(["route", "explain", "--request", "apim-1"], { cwd: tmpdir(), env });
  expect(explained.out).toContain(
    "chat sends it to mini (deployment gpt-4.1-mini, gpt-4.1-mini@2025-04-14) by the rule pro.",
  );
  const folder = await mkdtemp(path.join(tmpdir(), "assay-client-"));
  const client = createRouteClient({ url: stage.host.url, folder });
  const own = await client.resolve("chat", { tier: "pro", conversationId: "c-1" });
  expect(own).toMatchObject({ source: "live", rule: "pro", target: { name: "mini" } });
  await client.record(own, { tier: "pro", conversationId: "c-1", requestId: own.requestId }, { responseId: "resp-9" });
  await rm(folder, { recursive: true });
  const later = await runCli(["route", "explain", "--request", "resp-9", "--json"], { cwd: tmpdir(), env });
  expect(JSON.parse(later.out)).toMatchObject([{ digest: own.digest, context: { requestId: own.requestId } }]);
  const unknown = await runCli(["route", "explain", "--request", "req-2"], { cwd: tmpdir(), env });
  expect([unknown.code, unknown.err]).toEqual([1, expect.stringContaining("No decision is recorded for `req-2`.")]);
  expect((await get(`chat?digest=${tag.slice(1, -1)}`)).status).toBe(200);
  const override = (token: string, body?: object) =>
    fetch(`${stage.host.url}/api/routes/chat/override`, {
      method: body ? "POST" : "DELETE",
      headers: { authorization: `Bearer ${token}` },
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
  const forced = { target: "large", reason: "mini is slow", minutes: 30 };
  expect((await override("", forced)).status).toBe(401);
  expect((await override(await issuer.tokenFor("monitor"), forced)).status).toBe(403);
  const operator = await issuer.tokenFor("operator");
  const set = await (await override(operator, forced)).json();
  expect(set).toMatchObject({ override: { target: "large" }, pullRequest: expect.stringContaining("/pull/") });
  const proposed = await callGitHub<{ filename: string; patch: string }[]>(user, "GET", `pulls/${number + 1}/files`);
  expect(proposed.map(({ filename }) => filename)).toEqual(["routing/chat.yaml"]);
  const moved = await (await post({ context: { tier: "pro", requestId: "req-9" } })).json();
  expect(moved).toMatchObject({ decision: { arm: "forced", target: { name: "large" } } });
  const under = await runCli(["route", "explain", "--request", "req-9"], { cwd: tmpdir(), env });
  expect(under.out).toContain("mini is slow");
  const told = await (await get("chat/override")).json();
  expect(told).toMatchObject({ override: { kind: "target", target: "large" } });
  expect((await override(operator)).status).toBe(200);
  expect((await get("chat")).headers.get("assay-override")).toBeNull();
  const off = { answer: "Search is back soon.", feature: "search", reason: "it invents prices", minutes: 30 };
  const closed = JSON.parse(await (await override(operator, off)).text());
  const [, proposal] = /\/pull\/(\d+)$/.exec(closed.pullRequest) ?? [];
  const { head } = await callGitHub<{ head: { sha: string } }>(user, "GET", `pulls/${proposal}`);
  const kept = await callGitHub<{ sha: string }>(user, "PUT", `pulls/${proposal}/merge`, { sha: head.sha });
  await check(kept.sha, "assay / baseline");
  expect((await override(operator)).status).toBe(200);
  // The operator's word is over, and the file says the same for good.
  const shut = JSON.parse(await (await post({ context: { feature: "search", requestId: "req-10" } })).text());
  expect(shut.decision).toMatchObject({ rule: expect.stringMatching(/^override-/), off: { answer: off.answer } });
  expect(shut.decision).not.toHaveProperty("target");
  const prompt = await fetch(`${stage.host.url}/api/prompts/helper?stage=prod`);
  const promptTag = prompt.headers.get("etag") ?? "";
  expect(promptTag).toBe(`"${hash("sha256", await prompt.text())}"`);
  expect(prompt.headers.get("assay-commit")).toBe(first);
  const again = await fetch(`${stage.host.url}/api/prompts/helper`, { headers: { "if-none-match": promptTag } });
  expect(again.status).toBe(304);
});

test("an alert of Azure Monitor is taken once and correlated; tokens of others are 401 and 403", async () => {
  const fired = (alertId: string) =>
    JSON.stringify({
      schemaId: "azureMonitorCommonAlertSchema",
      data: {
        essentials: {
          alertId,
          alertRule: "chat-availability",
          monitorCondition: "Fired",
          monitoringService: "Platform",
          firedDateTime: new Date().toISOString(),
        },
        alertContext: { conditionType: "SingleResourceMultipleMetricCriteria" },
        customProperties: { target: "chat" },
      },
    });
  const post = (authorization: string, body = fired("/alerts/1")) =>
    fetch(`${stage.host.url}/api/alerts`, { method: "POST", headers: { authorization }, body });
  const bearer = async (token: Promise<string>) => `Bearer ${await token}`;
  const monitor = await bearer(issuer.tokenFor("monitor"));
  const told = async (answer: Response) => [answer.status, JSON.parse(await answer.text()).outcome];
  const body = fired("/alerts/1");
  expect(await told(await post(monitor, body))).toEqual([202, "enqueued"]);
  expect(await told(await post(monitor, body))).toEqual([202, "duplicate"]);
  const { connectionString } = stage.storage;
  const tables = createTables({ kind: "connectionString", connectionString });
  const key = `alert:${alertKey({ alertId: "/alerts/1", condition: "Fired" })}`;
  await vi.waitFor(async () => {
    const row = await tables.table(monthly("alerts", new Date())).get("0", key);
    expect(row?.value).toMatchObject({ outcome: "recorded", reason: "no release serves the target chat" });
  }, 30_000);
  expect((await post("")).status).toBe(401);
  expect((await post(await bearer(issuer.forge({ alg: "none" })))).status).toBe(401);
  expect((await post(await bearer(issuer.forge({ signedBy: "stranger" })))).status).toBe(401);
  expect((await post(await bearer(issuer.tokenFor("operator")))).status).toBe(403);
  expect((await post(monitor, "x".repeat(257 * 1024))).status).toBe(413);
});
