import type { Prompt } from "../repository/prompt.ts";
import { documentDigest, promptDocument } from "../routing/prompt-document.ts";
import {
  aliasKey,
  type PromptAlias,
  type RouteAlias,
  type RouteHead,
  repositoryKey,
  saidOf,
} from "../routing/route-alias.ts";
import { routeDocument } from "../routing/route-document.ts";
import type { RepositoryRef } from "./code-host.ts";
import type { Rows } from "./gate-store.ts";
import { inBatches } from "./in-batches.ts";
import type { GatePorts } from "./ports.ts";
import { readServed } from "./read-served.ts";

/** Aliases are found by the repository's name, so none lies in a repository's own partition. */
const house = 0;

/**
 * Publishes the routes and prompts of the default branch's tip: documents first, then the aliases that name them. An alias
 * that a manifest names is its releases' own. Safe to repeat and in any order: an alias is read before the branch, and
 * written only while the branch still is at this commit.
 */
export async function publishServed(ref: RepositoryRef, commit: string, ports: GatePorts): Promise<void> {
  const { routeHeads, routes: routeAliases, prompts: promptAliases } = ports.store;
  const headKey = repositoryKey(ref.repository);
  const known = {
    routes: await routeAliases.list(house, `${headKey}:`),
    prompts: await promptAliases.list(house, `${headKey}:`),
  };
  const head = await routeHeads.get(house, headKey);
  const isKnown = head?.value.commit === commit && head.value.waiting !== undefined;
  if (isKnown && (await areThere(ref, documentsOf(known, head.value), ports))) return;
  const host = await ports.open(ref);
  const isTip = async () => (await host.pulls.tip(await host.pulls.defaultBranch())) === commit;
  if (!(await isTip())) return;
  const { routes, prompts, paths, released, unsure } = await readServed(ref, commit, host, ports);
  if (unsure) ports.log.warn("release.unreadable", { ...ref, commit });
  for (const route of routes) await ports.routeDocuments.put(ref.repositoryId, route.digest, routeDocument(route));
  const texts = await putPrompts(ref, prompts, ports);
  const publishedAt = ports.clock.now().toISOString();
  const served = {
    routes: routes.map(({ name, path, digest }) => ({ ...ref, name, path, digest, commit, publishedAt })),
    prompts: prompts.map((prompt) => {
      const { name, path, contentDigest: digest } = prompt;
      const document = documentDigest(texts.get(digest) ?? "");
      return { ...ref, name, path, digest, document, commit, publishedAt };
    }),
  };
  const isReleased = (kind: "route" | "prompt") => (name: string) => unsure || released.has(`${kind}:${name}`);
  const changes = { paths, publishedAt, isTip };
  const done =
    (await setAliases(routeAliases, served.routes, known.routes, { ...changes, isReleased: isReleased("route") })) &&
    (await setAliases(promptAliases, served.prompts, known.prompts, { ...changes, isReleased: isReleased("prompt") }));
  if (!done) return;
  const waiting = [
    ...served.routes.filter(({ name }) => isReleased("route")(name)).map(({ digest }) => `route:${digest}`),
    ...served.prompts.filter(({ name }) => isReleased("prompt")(name)).map(({ digest }) => `prompt:${digest}`),
  ];
  const value = { repositoryId: ref.repositoryId, commit, publishedAt, waiting };
  if (head) await routeHeads.replace(house, headKey, head, value);
  else await routeHeads.insert(house, headKey, value);
  ports.log.info("served.published", { ...ref, commit, routes: routes.length, prompts: prompts.length });
}

/** Puts the documents that are not there, and tells the text of each by the prompt's digest: what is there stays. */
async function putPrompts(
  { repositoryId }: RepositoryRef,
  prompts: readonly Prompt[],
  { promptDocuments }: GatePorts,
): Promise<Map<string, string>> {
  const texts = new Map<string, string>();
  await inBatches(prompts, async (prompt) => {
    const { contentDigest: digest } = prompt;
    const known = await promptDocuments.get(repositoryId, digest);
    const text = known ?? promptDocument(prompt);
    if (known === undefined) await promptDocuments.put(repositoryId, digest, text);
    texts.set(digest, text);
  });
  return texts;
}

/** The documents that something serves, or waits to: each is kept. */
function documentsOf(
  { routes, prompts }: { routes: readonly RouteAlias[]; prompts: readonly PromptAlias[] },
  { waiting = [] }: RouteHead,
): string[] {
  const live = (aliases: readonly RouteAlias[]) => aliases.filter(({ withdrawnAt }) => withdrawnAt === undefined);
  const served = [
    ...live(routes).map(({ digest }) => `route:${digest}`),
    ...live(prompts).map(({ digest }) => `prompt:${digest}`),
  ];
  return [...new Set([...served, ...waiting])];
}

/** A document that nobody read for long was dropped; reading it is a use. */
async function areThere(
  { repositoryId }: RepositoryRef,
  documents: readonly string[],
  { routeDocuments, promptDocuments }: GatePorts,
): Promise<boolean> {
  let missing = 0;
  await inBatches(documents, async (document) => {
    const [kind, digest = ""] = document.split(":");
    const text = await (kind === "prompt" ? promptDocuments : routeDocuments).get(repositoryId, digest);
    if (text === undefined) missing++;
  });
  return missing === 0;
}

interface Changes {
  paths: ReadonlySet<string>;
  publishedAt: string;
  isTip(): Promise<boolean>;
  isReleased(name: string): boolean;
}

/** False where the branch has moved on: the push that moved it publishes. */
async function setAliases<A extends RouteAlias>(
  rows: Rows<A>,
  served: readonly A[],
  known: readonly A[],
  { paths, publishedAt, isTip, isReleased }: Changes,
): Promise<boolean> {
  const gone = known
    .filter(({ name, path }) => !paths.has(path) && !served.some((own) => own.name === name))
    .map((alias): A => ({ ...alias, withdrawnAt: alias.withdrawnAt ?? publishedAt }));
  for (const alias of [...served, ...gone])
    if (!isReleased(alias.name) && !(await setAlias(rows, alias, isTip))) return false;
  return true;
}

async function setAlias<A extends RouteAlias>(
  rows: Rows<A>,
  alias: A,
  isTip: () => Promise<boolean>,
): Promise<boolean> {
  const key = aliasKey(alias.repository, alias.name);
  for (;;) {
    const stored = await rows.get(house, key);
    const now = stored?.value;
    const same =
      (now?.filed ?? now?.digest) === alias.digest &&
      now?.path === alias.path &&
      now.repositoryId === alias.repositoryId;
    if (same && (now.withdrawnAt === undefined) === (alias.withdrawnAt === undefined)) return true;
    if (!(await isTip())) return false;
    const next = { ...alias, ...saidOf(now) };
    const written = stored ? await rows.replace(house, key, stored, next) : await rows.insert(house, key, next);
    if (written) return true;
  }
}
