import { readBlobs } from "../../repository/read-blobs.ts";
import type { BlobCache, RepositoryReader } from "../../repository/repository-reader.ts";
import { selectFiles } from "../../repository/select-files.ts";

/** Which file of a commit names a deployment, wherever in it: a manifest, a route, a prompt, a suite, Bicep. */
export async function namedIn(
  reader: RepositoryReader,
  commit: string,
  cache: BlobCache,
): Promise<(deployment: string) => string | undefined> {
  const { prompts, suites, routes, releases, bicep, policy, findings } = selectFiles(await reader.tree(commit));
  const [unread] = findings;
  if (unread) throw new Error(`${unread.path} cannot be read, and may name anything: ${unread.message}`);
  const files = [...prompts, ...suites, ...routes, ...releases, ...bicep, ...(policy ? [policy] : [])];
  const blobs = await readBlobs(
    files.map(({ sha }) => sha),
    reader,
    cache,
  );
  const decoder = new TextDecoder();
  const texts = files.map(({ path, sha }) => ({ path, text: decoder.decode(blobs.get(sha)) }));
  return (deployment) => {
    const literal = deployment.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
    const whole = new RegExp(`(?<![\\w.-])${literal}(?![\\w-])`);
    return texts.find(({ text }) => whole.test(text))?.path;
  };
}
