import { expect, test } from "vitest";
import type { RouteAlias } from "../../../src/shared/routing/route-alias.ts";
import { routeDocument } from "../../../src/shared/routing/route-document.ts";
import type { DocumentRequest } from "../../../src/shared/routing/serve-document.ts";
import { serveRoute } from "../../../src/shared/routing/serve-route.ts";
import { readRoute, routeFile } from "./routes.ts";

const route = readRoute(routeFile([]));
const alias: RouteAlias = {
  repositoryId: 9,
  repository: "acme/ai",
  name: "chat",
  path: route.path,
  digest: route.digest,
  commit: "c".repeat(40),
  publishedAt: "2026-11-15T10:00:00.000Z",
};
const aliases: Record<string, RouteAlias> = {
  chat: alias,
  gone: { ...alias, name: "gone", withdrawnAt: "2026-11-15T11:00:00.000Z" },
  dropped: { ...alias, name: "dropped", digest: "d".repeat(64) },
};

function serve(request: DocumentRequest, repositories = ["acme/ai"]) {
  const reads: string[] = [];
  const routes = {
    alias: async (_: string, name: string) => {
      reads.push("alias");
      return aliases[name];
    },
    repositoryId: async () => 9,
    document: async (_: number, digest: string) => {
      reads.push("document");
      return digest === route.digest ? routeDocument(route) : undefined;
    },
  };
  return serveRoute(request, { routes, repositories }).then((answer) => ({ ...answer, reads }));
}

test("answers with the document and its digest; who holds it reads the alias alone", async () => {
  const { status, headers, body } = await serve({ name: "chat" });
  expect({ status, tag: headers.etag }).toEqual({ status: 200, tag: `"${route.digest}"` });
  expect(body).toBe(routeDocument(route));
  for (const ifNoneMatch of [headers.etag ?? "", `"old", W/${headers.etag}`, "*"])
    expect(await serve({ name: "chat", ifNoneMatch })).toMatchObject({ status: 304, reads: ["alias"] });
  expect(await serve({ name: "chat", ifNoneMatch: '"old"' })).toMatchObject({ status: 200 });
});

test("bad input: names, repositories and digests that are none are told so", async () => {
  const said = async (request: DocumentRequest, repositories?: string[]) => {
    const { status, body } = await serve(request, repositories);
    return `${status} ${JSON.parse(body ?? "{}").error}`;
  };
  expect(await said({ name: "Chat/../x" })).toMatch(/^400 .*lower-case/);
  expect(await said({ name: "other" })).toMatch(/^404 acme\/ai has no published route `other`/);
  expect(await said({ name: "gone" })).toMatch(/^410 .*deleted/);
  expect(await said({ name: "chat" }, ["acme/ai", "acme/other"])).toMatch(/^400 .*repository=OWNER\/NAME/);
  expect(await said({ name: "chat", repository: "evil/ai" })).toMatch(
    /^404 evil\/ai is not a repository that is served/,
  );
  expect(await said({ name: "chat", digest: "../../secrets" })).toMatch(/^400 .*64 hex digits/);
  expect(await said({ name: "chat", digest: "e".repeat(64) })).toMatch(/^404 There is no document/);
  await expect(serve({ name: "dropped" })).rejects.toThrow("is gone");
});
