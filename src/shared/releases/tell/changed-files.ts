import type { TreeEntry } from "../../repository/repository-reader.ts";
import type { Operation } from "../operation.ts";
import type { ReleaseState } from "../release-state.ts";
import { boundPaths } from "./bound-paths.ts";
import type { TellHost, TellPorts } from "./ports.ts";
import { type ChangedFile, manifestPath } from "./restored-files.ts";

type Host = Pick<TellHost, "proposals" | "reader">;

/** The manifest, what it binds, and the files that are served again, each as the release had it, as it was, and as it is now. */
export async function changedFiles(
  operation: Operation,
  release: ReleaseState,
  tip: string,
  { reader, proposals }: Host,
  { releases }: Pick<TellPorts, "releases">,
): Promise<ChangedFile[]> {
  const before = (await releaseBefore(operation, release, releases)) ?? (await proposals.before(release.commit));
  const filesAt = remembering(async (commit: string | undefined) => {
    const tree = commit === undefined ? [] : await reader.tree(commit);
    return new Map(tree.filter(({ type }) => type === "blob").map((entry) => [entry.path, entry]));
  });
  const [bad, good, now] = await Promise.all([filesAt(release.commit), filesAt(before), filesAt(tip)]);
  const served = servedFiles(operation);
  const manifest = bad.get(manifestPath([...bad.values()], release.name) ?? "");
  const changed = [...bad.values()].filter(({ path, sha }) => good.get(path)?.sha !== sha);
  const bound = manifest ? await boundPaths(manifest, changed, reader) : [];
  return Promise.all(
    [...new Set([...bound, ...served.keys()])].map(async (path) => {
      const commit = served.get(path);
      const was = commit === undefined ? good : await filesAt(commit);
      return { path, bad: bad.get(path), good: was.get(path), now: now.get(path) };
    }),
  );
}

/** Files that routes and prompts are served from again, with the commit that has them so. */
function servedFiles({ steps, kind }: Operation): Map<string, string> {
  const served = new Map<string, string>();
  for (const { from, to } of steps) {
    const back = kind === "rollback" ? to : from;
    if (back?.kind !== "route" && back?.kind !== "prompt") continue;
    if (back.path !== undefined && back.commit !== undefined) served.set(back.path, back.commit);
  }
  return served;
}

/** The commit of the release of the same manifest that is served again. */
async function releaseBefore(
  { destinations, destination, repositoryId }: Operation,
  { name }: ReleaseState,
  releases: TellPorts["releases"],
): Promise<string | undefined> {
  const ids = [...new Set(Object.values(destinations[destination]?.releases ?? {}))];
  const found = await Promise.all(ids.map((id) => releases.release(repositoryId, id)));
  return found.find((one) => one?.name === name)?.commit;
}

function remembering(
  read: (commit: string | undefined) => Promise<Map<string, TreeEntry>>,
): (commit: string | undefined) => Promise<Map<string, TreeEntry>> {
  const known = new Map<string | undefined, Promise<Map<string, TreeEntry>>>();
  return (commit) => {
    const reading = known.get(commit) ?? read(commit);
    known.set(commit, reading);
    return reading;
  };
}
