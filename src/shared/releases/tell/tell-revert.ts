import type { TreeEntry } from "../../repository/repository-reader.ts";
import type { Operation, OperationStep } from "../operation.ts";
import type { ReleaseState } from "../release-state.ts";
import type { TellHost, TellPorts } from "./ports.ts";
import { type ChangedFile, manifestPath, restoredFiles } from "./restored-files.ts";
import { revertBranch } from "./revert-branch.ts";
import { revertContent } from "./revert-content.ts";
import { standingOf } from "./severity.ts";

type Host = Pick<TellHost, "proposals" | "reader">;
type Ports = Pick<TellPorts, "releases" | "log">;

/** One pull request a release that makes the files say again what is served; none where the default branch says so already. */
export async function tellRevert(
  operation: Operation,
  release: ReleaseState,
  host: Host,
  ports: Ports,
): Promise<{ link?: string }> {
  if (!isBack(operation)) return {};
  const branch = revertBranch(release.releaseId);
  const known = await host.proposals.find(branch);
  if (known) return known;
  const base = await host.proposals.base();
  const files = restoredFiles(await changedFiles(operation, release, base.commit, host, ports));
  if (files.length === 0) {
    ports.log.info("revert.nothing", { operationId: operation.operationId, commit: base.commit });
    return {};
  }
  const { title, body, message } = revertContent(operation, release, files);
  await host.proposals.branch(branch, base.commit, files, message);
  return host.proposals.open({ branch, onto: base.branch, title, body });
}

/** What the release brought is not what is served. */
function isBack(operation: Operation): boolean {
  const standing = standingOf(operation);
  if (operation.kind === "promote") return standing === "undone";
  return standing === "rolledBack" || standing === "partiallyRolledBack" || standing === "unverified";
}

async function changedFiles(
  operation: Operation,
  release: ReleaseState,
  tip: string,
  { reader, proposals }: Host,
  { releases }: Ports,
): Promise<ChangedFile[]> {
  const trees = new Map<string, Promise<TreeEntry[]>>();
  const treeOf = (commit: string | undefined) => {
    if (commit === undefined) return Promise.resolve([]);
    const known = trees.get(commit) ?? reader.tree(commit);
    trees.set(commit, known);
    return known;
  };
  const at = (tree: readonly TreeEntry[], path: string) =>
    tree.find((entry) => entry.path === path && entry.type === "blob");
  const manifest = manifestPath(await treeOf(release.commit), release.name);
  const routes = operation.steps.flatMap((step) => routeOf(step, operation.kind));
  const before = async () => (await releaseBefore(operation, release, releases)) ?? proposals.before(release.commit);
  const sources = [...(manifest === undefined ? [] : [{ path: manifest, commit: await before() }]), ...routes];
  return Promise.all(
    sources.map(async ({ path, commit }) => ({
      path,
      bad: at(await treeOf(release.commit), path),
      good: at(await treeOf(commit), path),
      now: at(await treeOf(tip), path),
    })),
  );
}

/** A route's file, and the commit that has it as it is served now. */
function routeOf({ from, to }: OperationStep, kind: Operation["kind"]): { path: string; commit: string }[] {
  const good = kind === "rollback" ? to : from;
  return good?.kind === "route" ? [{ path: good.path, commit: good.commit }] : [];
}

/** The commit of the release of the same manifest that is served again. */
async function releaseBefore(
  { destinations, destination, repositoryId }: Operation,
  { name }: ReleaseState,
  releases: Ports["releases"],
): Promise<string | undefined> {
  const ids = [...new Set(Object.values(destinations[destination]?.releases ?? {}))];
  const found = await Promise.all(ids.map((id) => releases.release(repositoryId, id)));
  return found.find((one) => one?.name === name)?.commit;
}
