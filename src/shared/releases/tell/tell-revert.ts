import type { Operation } from "../operation.ts";
import type { ReleaseState } from "../release-state.ts";
import { changedFiles } from "./changed-files.ts";
import type { TellHost, TellPorts } from "./ports.ts";
import { restoredFiles } from "./restored-files.ts";
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
