import { hash } from "node:crypto";
import { expect, test } from "vitest";
import { parsePrompt } from "../../../src/shared/repository/parse-prompt.ts";
import type { Prompt } from "../../../src/shared/repository/prompt.ts";
import { documentDigest, promptDocument } from "../../../src/shared/routing/prompt-document.ts";
import type { PromptAlias } from "../../../src/shared/routing/route-alias.ts";
import { type PromptRequest, servePrompt } from "../../../src/shared/routing/serve-prompt.ts";
import { promptFile } from "../../support/ai-repository.ts";

function readPrompt(mode: string, name = "helper"): Prompt {
  const text = promptFile(mode).replace("name: helper", `name: ${name}`);
  const { prompt } = parsePrompt(`prompts/${name}.prompt.md`, new TextEncoder().encode(text));
  if (!prompt) throw new Error("no prompt");
  return prompt;
}
const [prompt, older] = [readPrompt("good"), readPrompt("old")];
const neighbour = readPrompt("good", "other-helper");
const documents = new Map([prompt, older, neighbour].map((own) => [own.contentDigest, promptDocument(own)]));
const alias: PromptAlias = {
  repositoryId: 9,
  repository: "acme/ai",
  name: "helper",
  path: prompt.path,
  digest: prompt.contentDigest,
  document: documentDigest(promptDocument(prompt)),
  commit: "c".repeat(40),
  publishedAt: "2026-11-15T10:00:00.000Z",
};
const aliases: Record<string, PromptAlias> = {
  helper: alias,
  gone: { ...alias, name: "gone", withdrawnAt: "2026-11-15T11:00:00.000Z" },
  dropped: { ...alias, name: "dropped", digest: "d".repeat(64) },
};

function serve(request: PromptRequest, repositories = ["acme/ai"]) {
  const reads: string[] = [];
  const prompts = {
    alias: async (_: string, name: string) => {
      reads.push("alias");
      return aliases[name];
    },
    document: async (_: number, digest: string) => {
      reads.push("document");
      return documents.get(digest);
    },
  };
  return servePrompt(request, { prompts, repositories }).then((answer) => ({ ...answer, reads }));
}

test("answers with the document, its sha256 and the prompt's digest; who holds it reads the alias alone", async () => {
  const { status, headers, body = "" } = await serve({ name: "helper", stage: "prod" });
  expect([status, headers.etag]).toEqual([200, `"${hash("sha256", body)}"`]);
  expect(headers["assay-prompt-digest"]).toBe(prompt.contentDigest);
  expect(JSON.parse(body)).toMatchObject({
    name: "helper",
    digest: prompt.contentDigest,
    messages: [{ role: "system", template: "mode: good" }, { role: "user" }],
  });
  expect(body).not.toContain("positions");
  expect(await serve({ name: "helper", ifNoneMatch: `W/${headers.etag}` })).toMatchObject({
    status: 304,
    reads: ["alias"],
  });
});

test("an older one is found by its digest, and never changes", async () => {
  const { status, headers, body } = await serve({ name: "helper", digest: older.contentDigest });
  expect([status, body]).toEqual([200, promptDocument(older)]);
  expect(headers["cache-control"]).toContain("immutable");
  const held = { name: "helper", digest: older.contentDigest, ifNoneMatch: headers.etag ?? "" };
  expect(await serve(held)).toMatchObject({ status: 304 });
});

test("bad input: names, stages, repositories and digests that are none are told so", async () => {
  const said = async (request: PromptRequest, repositories?: string[]) => {
    const { status, body } = await serve(request, repositories);
    return `${status} ${JSON.parse(body ?? "{}").error}`;
  };
  expect(await said({ name: "Chat/../x" })).toMatch(/^400 A prompt's name/);
  expect(await said({ name: "helper", stage: "staging" })).toMatch(/^400 .*stage=prod/);
  expect(await said({ name: "other" })).toMatch(/^404 acme\/ai has no published prompt `other`/);
  expect(await said({ name: "gone" })).toMatch(/^410 The prompt `gone` was deleted/);
  expect(await said({ name: "helper" }, ["acme/ai", "acme/other"])).toMatch(/^400 .*repository=OWNER\/NAME/);
  expect(await said({ name: "helper", digest: "../../secrets" })).toMatch(/^400 .*64 hex digits/);
  expect(await said({ name: "helper", digest: "e".repeat(64) })).toMatch(/^404 There is no document/);
  expect(await said({ name: "helper", digest: neighbour.contentDigest })).toMatch(
    /^404 There is no document .* of helper/,
  );
  await expect(serve({ name: "dropped" })).rejects.toThrow("is gone");
});
