import { createEmulator, type Emulator } from "emulate";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createGitHub } from "../../../src/shared/github/github.ts";

const appId = 12345;
let emulator: Emulator;
beforeAll(async () => {
  emulator = await createEmulator({
    service: "github",
    port: 0,
    seed: {
      github: {
        users: [{ login: "octocat" }],
        repos: [{ owner: "octocat", name: "support", auto_init: true }],
        apps: [
          {
            app_id: appId,
            slug: "assay",
            name: "Assay",
            permissions: {
              checks: "write",
              contents: "write",
              issues: "write",
              pull_requests: "write",
              metadata: "read",
              merge_queues: "read",
            },
            installations: [{ installation_id: 100, account: "octocat" }],
          },
        ],
      },
      tokens: { person: { login: "octocat", scopes: ["repo"] } },
    },
  });
});
afterAll(() => emulator.close());

async function asPerson<T>(method: string, path: string, body?: object): Promise<T> {
  const response = await fetch(`${emulator.url}/repos/octocat/support/${path}`, {
    method,
    headers: { authorization: "Bearer person", "content-type": "application/json" },
    ...(body ? { body: JSON.stringify(body) } : {}),
  });
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
  return (await response.json()) as T;
}

/** An independent second opinion: what the adapter asks, somebody else's GitHub understands. */
test("the adapter works against emulate as it does against the stand-in", async () => {
  const privateKey = emulator.generatedSecrets.find(({ kind }) => kind === "github.app_private_key")?.value ?? "";
  const github = createGitHub({ apiUrl: emulator.url, appId, privateKey });
  const ref = await github.find("octocat/support");
  if (!ref) throw new Error("the repository was not found");
  const { pulls, reader, checks, comments } = await github.repository(ref);
  const main = await pulls.tip(await pulls.defaultBranch());
  await asPerson("POST", "git/refs", { ref: "refs/heads/change", sha: main });
  await asPerson("PUT", "contents/prompts/a.md", {
    message: "change",
    content: Buffer.from("two\n").toString("base64"),
    branch: "change",
  });
  const { number } = await asPerson<{ number: number }>("POST", "pulls", { title: "t", head: "change", base: "main" });
  const pull = await pulls.get(number);
  expect(pull).toMatchObject({ number, open: true, fork: false, baseRef: "main" });
  expect((await pulls.listOpen()).map((open) => open.number)).toEqual([number]);
  const headSha = await pulls.tip("change");
  expect(await pulls.mergeBase(main, headSha)).toBe(main);
  const blob = (await reader.tree(headSha)).find(({ path }) => path === "prompts/a.md");
  expect(Buffer.from(await reader.blob(blob?.sha ?? "")).toString("utf8")).toBe("two\n");
  const made = await checks.create({
    name: "assay / gate",
    headSha,
    externalId: "g",
    status: "in_progress",
    title: "t",
    summary: "s",
  });
  await checks.update(made.id, { status: "completed", conclusion: "failure", title: "no", summary: "s" });
  expect(await checks.find(headSha, "assay / gate")).toMatchObject([{ id: made.id, conclusion: "failure" }]);
  const comment = await comments.create(number, "hello");
  await comments.update(comment.id, "hello again");
  expect((await comments.list(number)).map(({ body }) => body)).toEqual(["hello again"]);
});
