import { parsePrompt } from "../../repository/parse-prompt.ts";
import { parseRelease } from "../../repository/parse-release.ts";
import { parseRoute } from "../../repository/parse-route.ts";
import type { RepositoryReader, TreeEntry } from "../../repository/repository-reader.ts";

/**
 * Which of these files a manifest binds, itself first: prompts and routes by the names that they give themselves, schemas by
 * path. A manifest that goes back without them would bind digests that no file has.
 */
export async function boundPaths(
  manifest: TreeEntry,
  files: readonly TreeEntry[],
  reader: Pick<RepositoryReader, "blob">,
): Promise<string[]> {
  const { release } = parseRelease(manifest.path, await reader.blob(manifest.sha));
  if (!release) return [manifest.path];
  const targets = (kind: string) => release.targets.filter((one) => one.kind === kind).map(({ alias }) => alias);
  const prompts = new Set([...release.prompts.map(({ name }) => name), ...targets("prompt")]);
  const routes = new Set([...release.routes.map(({ name }) => name), ...targets("route")]);
  const schemas = new Set(release.schemas.map(({ path }) => path));
  const bound = await Promise.all(
    files.map(async ({ path, sha }) => {
      if (schemas.has(path)) return [path];
      const isPrompt = prompts.size > 0 && path.startsWith("prompts/") && path.endsWith(".prompt.md");
      const isRoute = routes.size > 0 && path.startsWith("routing/") && /\.ya?ml$/.test(path);
      if (!isPrompt && !isRoute) return [];
      const bytes = await reader.blob(sha);
      const name = isPrompt ? parsePrompt(path, bytes).prompt?.name : parseRoute(path, bytes).route?.name;
      return name !== undefined && (isPrompt ? prompts : routes).has(name) ? [path] : [];
    }),
  );
  return [manifest.path, ...bound.flat()];
}
