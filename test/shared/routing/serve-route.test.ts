import { expect, test } from "vitest";
import type { Override } from "../../../src/shared/routing/override.ts";
import type { RouteAlias } from "../../../src/shared/routing/route-alias.ts";
import { routeDocument } from "../../../src/shared/routing/route-document.ts";
import type { DocumentRequest } from "../../../src/shared/routing/serve-document.ts";
import { serveRoute } from "../../../src/shared/routing/serve-route.ts";
import { createManualClock } from "../../support/manual-clock.ts";
import { readRoute, routeFile } from "./routes.ts";

const route = readRoute(routeFile([]));
const neighbour = readRoute(routeFile([]).replace("name: chat", "name: search"));
const alias: RouteAlias = {
  repositoryId: 9,
  repository: "acme/ai",
  name: "chat",
  path: route.path,
  digest: route.digest,
  commit: "c".repeat(40),
  publishedAt: "2026-11-15T10:00:00.000Z",
};
const override: Override = {
  ...{ kind: "target", target: "mini", id: "o-1", reason: "large is slow – später", by: "ada" },
  ...{ at: "2026-01-01T00:00:00.000Z", until: "2099-01-01T00:00:00.000Z" },
};
const aliases: Record<string, RouteAlias> = {
  forced: { ...alias, name: "forced", override },
  over: { ...alias, name: "over", override: { ...override, until: "2020-01-01T00:00:00.000Z" } },
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
      const found = [route, neighbour].find((own) => own.digest === digest);
      return found && routeDocument(found);
    },
  };
  return serveRoute(request, { routes, repositories, clock: createManualClock() }).then((answer) => ({
    ...answer,
    reads,
  }));
}

test("answers with the document and its digest; who holds it reads the alias alone", async () => {
  const { status, headers, body } = await serve({ name: "chat" });
  expect({ status, tag: headers.etag }).toEqual({ status: 200, tag: `"${route.digest}"` });
  expect(body).toBe(routeDocument(route));
  for (const ifNoneMatch of [headers.etag ?? "", `"old", W/${headers.etag}`, "*"])
    expect(await serve({ name: "chat", ifNoneMatch })).toMatchObject({ status: 304, reads: ["alias"] });
  expect(await serve({ name: "chat", ifNoneMatch: '"old"' })).toMatchObject({ status: 200 });
});

test("an override that holds comes with the document, and with 304; the document stays as it is", async () => {
  const told = ({ headers }: { headers: Record<string, string> }) =>
    headers["assay-override"] && JSON.parse(Buffer.from(headers["assay-override"], "base64url").toString());
  const answer = await serve({ name: "forced" });
  expect([told(answer), answer.body]).toEqual([override, routeDocument(route)]);
  const held = await serve({ name: "forced", ifNoneMatch: answer.headers.etag ?? "" });
  expect([held.status, told(held), held.reads]).toEqual([304, override, ["alias"]]);
  expect(told(await serve({ name: "over" }))).toBeUndefined();
  expect(told(await serve({ name: "forced", digest: route.digest }))).toBeUndefined();
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
  const absent = { name: "chat", digest: "e".repeat(64) };
  for (const ifNoneMatch of ["*", `"${absent.digest}"`])
    expect(await said({ ...absent, ifNoneMatch })).toMatch(/^404 There is no document/);
  expect(await said({ name: "chat", digest: neighbour.digest })).toMatch(/^404 There is no document .* of chat/);
  await expect(serve({ name: "dropped" })).rejects.toThrow("is gone");
});
