import { readRepositoryFromTree } from "../repository/read-repository.ts";
import type { Route } from "../repository/route.ts";
import { aliasKey, type RouteAlias, repositoryKey } from "../routing/route-alias.ts";
import { routeDocument } from "../routing/route-document.ts";
import { unresolvable } from "../routing/unresolvable.ts";
import type { RepositoryRef } from "./code-host.ts";
import type { GatePorts, OpenRepository } from "./ports.ts";

/** Aliases are found by the repository's name, so none lies in a repository's own partition. */
const house = 0;

/**
 * Publishes the routes of the default branch's tip: documents first, then the aliases that name them. Safe to repeat and in
 * any order: an alias is read before the branch, and written only while the branch still is at this commit.
 */
export async function publishRoutes(ref: RepositoryRef, commit: string, ports: GatePorts): Promise<void> {
  const { routeHeads, routes: aliases } = ports.store;
  const headKey = repositoryKey(ref.repository);
  const known = await aliases.list(house, `${headKey}:`);
  const head = await routeHeads.get(house, headKey);
  if (head?.value.commit === commit && (await areThere(known, ports))) return;
  const host = await ports.open(ref);
  const isTip = async () => (await host.pulls.tip(await host.pulls.defaultBranch())) === commit;
  if (!(await isTip())) return;
  const { routes, paths } = await readRoutes(ref, commit, host, ports);
  const gone = known.filter(({ name, path }) => !paths.has(path) && !routes.some((route) => route.name === name));
  for (const route of routes) await ports.routeDocuments.put(ref.repositoryId, route.digest, routeDocument(route));
  const publishedAt = ports.clock.now().toISOString();
  const changes = [
    ...routes.map(({ name, path, digest }): RouteAlias => ({ ...ref, name, path, digest, commit, publishedAt })),
    ...gone.map((alias): RouteAlias => ({ ...alias, withdrawnAt: alias.withdrawnAt ?? publishedAt })),
  ];
  for (const alias of changes) if (!(await setAlias(alias, isTip, ports))) return;
  const value = { repositoryId: ref.repositoryId, commit, publishedAt };
  if (head) await routeHeads.replace(house, headKey, head, value);
  else await routeHeads.insert(house, headKey, value);
  ports.log.info("routes.published", { ...ref, commit, routes: routes.length });
}

/** A document that nobody read for long was dropped; reading it is a use. */
async function areThere(known: readonly RouteAlias[], { routeDocuments }: GatePorts): Promise<boolean> {
  const live = known.filter(({ withdrawnAt }) => withdrawnAt === undefined);
  const documents = await Promise.all(live.map((alias) => routeDocuments.get(alias.repositoryId, alias.digest)));
  return documents.every((text) => text !== undefined);
}

/** False where the branch has moved on: the push that moved it publishes. */
async function setAlias(alias: RouteAlias, isTip: () => Promise<boolean>, { store }: GatePorts): Promise<boolean> {
  const key = aliasKey(alias.repository, alias.name);
  for (;;) {
    const stored = await store.routes.get(house, key);
    const now = stored?.value;
    const same =
      (now?.filed ?? now?.digest) === alias.digest &&
      now?.path === alias.path &&
      now.repositoryId === alias.repositoryId;
    if (same && (now.withdrawnAt === undefined) === (alias.withdrawnAt === undefined)) return true;
    if (!(await isTip())) return false;
    const written = stored
      ? await store.routes.replace(house, key, stored, alias)
      : await store.routes.insert(house, key, alias);
    if (written) return true;
  }
}

/** The routes that can be served; one that cannot keeps the document that was published last. */
async function readRoutes(
  ref: RepositoryRef,
  commit: string,
  { reader }: OpenRepository,
  ports: GatePorts,
): Promise<{ routes: Route[]; paths: Set<string> }> {
  const entries = (await reader.tree(commit)).filter(({ path }) => path.startsWith("routing/"));
  const read = await readRepositoryFromTree(entries, reader, { commit, cache: ports.blobCache(ref.repositoryId) });
  const routes = read.routes.filter((route) => {
    const twin = read.routes.some((other) => other !== route && other.name === route.name);
    const secret = read.findings.some(({ code, path }) => code === "route/secret" && path === route.path);
    const withheld = twin || secret || unresolvable(route).length > 0;
    if (withheld) ports.log.warn("route.withheld", { ...ref, commit, path: route.path });
    return !withheld;
  });
  return { routes, paths: new Set(entries.map(({ path }) => path)) };
}
