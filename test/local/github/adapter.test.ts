import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createOpenApiValidator } from "../../../src/local/github/openapi.ts";
import { seedRepository } from "../../../src/local/github/seed.ts";
import { type GitHubStandIn, startGitHubStandIn } from "../../../src/local/github/start.ts";
import { callGitHub } from "../../../src/local/story/github-user.ts";
import { cloneRepository, type WorkingCopy } from "../../../src/local/story/working-copy.ts";
import { createGitHub, type GitHub } from "../../../src/shared/github/github.ts";
import { dataPath, reportRows, testWithData } from "../../support/data.ts";

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), "assay-adapter-"));
  mkdirSync(path.join(folder, "prompts"));
  writeFileSync(path.join(folder, "prompts/a.md"), "one\n");
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Everything that the product asks of GitHub, once. */
async function useEverything(app: GitHub, number: number, headSha: string): Promise<void> {
  const ref = await app.find("acme/support");
  if (!ref) throw new Error("the repository was not found");
  const { pulls, commits, reader, checks, comments, people } = await app.repository(ref);
  expect(await pulls.get(number)).toMatchObject({ headSha, open: true, fork: false, baseRef: "main" });
  expect((await pulls.listOpen()).map((pull) => pull.number)).toEqual([number]);
  const base = await pulls.tip(await pulls.defaultBranch());
  expect(await pulls.mergeBase(base, headSha)).toBe(base);
  expect((await commits.between(base, headSha)).map(({ sha }) => sha)).toEqual([headSha]);
  expect(await commits.between(headSha, base)).toEqual([]);
  expect([await commits.pullsOf(headSha), await commits.pullsOf(base)]).toEqual([[number], []]);
  const tree = await reader.tree(headSha);
  const blob = tree.find((entry) => entry.path === "prompts/a.md");
  expect(Buffer.from(await reader.blob(blob?.sha ?? "")).toString("utf8")).toBe("two\n");
  const annotation = {
    path: "prompts/a.md",
    startLine: 1,
    endLine: 1,
    startColumn: 1,
    level: "warning",
    title: "t",
    message: "m",
  } as const;
  const annotations = Array.from({ length: 60 }, () => annotation);
  const made = await checks.create({
    name: "assay / gate",
    headSha,
    externalId: "g",
    status: "in_progress",
    title: "t",
    summary: "s",
  });
  await checks.update(made.id, { status: "completed", conclusion: "success", title: "ok", summary: "s", annotations });
  expect(await checks.find(headSha, "assay / gate")).toMatchObject([
    { id: made.id, conclusion: "success", title: "ok" },
  ]);
  const comment = await comments.create(number, "hello");
  await comments.update(comment.id, "hello again");
  expect(await comments.list(number)).toMatchObject([{ id: comment.id, body: "hello again", own: true }]);
  await people.react(comment.id, "eyes");
  expect([await people.canWrite("acme"), await people.canWrite("nobody")]).toEqual([true, false]);
  await comments.remove(comment.id);
  expect(await comments.list(number)).toEqual([]);
}

describe.each(["", "/api/v3"])("below %j", (prefix) => {
  let github: GitHubStandIn;
  let copy: WorkingCopy;
  const violations = () => github.state.log.entries().flatMap((entry) => entry.violations ?? []);

  async function play(validate?: Parameters<typeof startGitHubStandIn>[0]["validate"]): Promise<void> {
    github = await startGitHubStandIn({ port: 0, webhookSecret: "s", prefix, ...(validate ? { validate } : {}) });
    const repository = await github.addRepository({ owner: "acme", name: "support" });
    await seedRepository(repository, folder);
    copy = await cloneRepository(github.remoteFor("acme", repository), "acme");
    try {
      await copy.branch("change");
      const sha = await copy.commit("prompts/a.md", "two\n", "change");
      const user = { restUrl: github.restUrl, token: github.tokenFor("acme"), repository: "acme/support" };
      const { number } = await callGitHub<{ number: number }>(user, "POST", "pulls", {
        title: "t",
        head: "change",
        base: "main",
      });
      const { id: appId, privateKey } = github.app;
      await useEverything(createGitHub({ apiUrl: github.restUrl, appId, privateKey }), number, sha);
      await expect(
        createGitHub({ apiUrl: github.restUrl, appId: appId + 1, privateKey }).find("acme/support"),
      ).rejects.toThrow(/401|iss/i);
    } finally {
      await copy.remove();
      await github.stop();
    }
  }

  test("the adapter does everything that the product asks", () => play());

  testWithData("requests and answers fit GitHub's own description", "github-openapi-subset.json", async (file) => {
    const openApi = createOpenApiValidator(JSON.parse(readFileSync(file, "utf8")));
    await play(openApi.validate);
    reportRows(dataPath("github-openapi-subset.json"), openApi.checked.size, openApi.unknown.size);
    expect([...new Set(violations())]).toEqual([]);
    expect([...openApi.unknown]).toEqual(
      ["GET /repos/{owner}/{repo}/issues/comments/{comment_id}"].filter((route) => openApi.unknown.has(route)),
    );
  });
});
