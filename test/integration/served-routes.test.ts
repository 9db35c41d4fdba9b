import { hash } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import { callGitHub } from "../../src/local/story/github-user.ts";
import { routeFile, rule } from "../shared/routing/routes.ts";
import { aiRepository } from "../support/ai-repository.ts";
import { type Stage, startStage } from "../support/stage.ts";

let stage: Stage;
beforeAll(async () => {
  stage = await startStage({ repositories: 1 });
});
afterAll(() => stage.stop());

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
  expect((await get(`chat?digest=${tag.slice(1, -1)}`)).status).toBe(200);
});
