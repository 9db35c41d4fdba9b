import type { AiRepository } from "../repository/ai-repository.ts";
import { digestOf } from "../repository/digest.ts";
import { type Finding, sortFindings } from "../repository/finding.ts";
import { flipOrder } from "../repository/flip-order.ts";
import { boundDigests, lintReleases } from "../repository/lint-releases.ts";
import type { ReleaseManifest, ReleaseStage } from "../repository/release.ts";
import type { ReleaseTarget } from "../repository/release-target.ts";
import { pointerOf } from "./pointer-of.ts";
import { type Pointer, samePointer } from "./target-port.ts";

/** One target's part of a release. */
export interface PlannedStep {
  target: Pick<ReleaseTarget, "id" | "kind" | "alias" | "endpoint" | "dependsOn">;
  /** What it serves before; absent where it serves nothing. */
  before?: Pointer;
  after: Pointer;
  /** It serves that already. */
  unchanged: boolean;
}

/** What promoting a manifest does, bound to a commit and to the digest of everything that decides it. */
export interface ReleasePlan {
  name: string;
  path: string;
  stage: ReleaseStage;
  owner: string;
  commit: string;
  /** Of the manifest and of what it binds, as the commit has it; another one is another plan. */
  digest: string;
  /** In the order in which they flip; a rollback goes the other way. */
  steps: PlannedStep[];
  /** What has to be mended before any of it is done. */
  problems: Finding[];
}

/** Plans a release of a repository at a commit, over what its targets serve now, by their ids. */
export function planRelease(
  release: ReleaseManifest,
  repository: AiRepository,
  served: ReadonlyMap<string, Pointer>,
): ReleasePlan {
  const { name, path, stage, owner } = release;
  const { order } = flipOrder(release.targets);
  return {
    ...{ name, path, stage, owner, commit: repository.commit },
    digest: planDigest(release, repository),
    steps: order.map((target): PlannedStep => {
      const { id, kind, alias, endpoint, dependsOn } = target;
      const before = served.get(id);
      const after = pointerOf(target, repository);
      return {
        target: { id, kind, alias, dependsOn, ...(endpoint === undefined ? {} : { endpoint }) },
        ...(before ? { before } : {}),
        after,
        unchanged: servesSame(before, after),
      };
    }),
    problems: problemsOf(release, repository),
  };
}

/** Whatever the manifest says and whatever the files that it names are: an edit of either is another plan. */
export function planDigest(release: ReleaseManifest, repository: AiRepository): string {
  const digests = boundDigests(repository);
  const as = (kind: "prompts" | "routes") =>
    [...new Set(release[kind].map(({ name }) => name))].sort().map((name) => [name, digests[kind].get(name) ?? null]);
  return digestOf({ manifest: release.digest, prompts: as("prompts"), routes: as("routes") });
}

/** A route's document is what it is at whichever commit. */
function servesSame(before: Pointer | undefined, after: Pointer): boolean {
  if (before?.kind === "route" && after.kind === "route") return before.digest === after.digest;
  return samePointer(before, after);
}

function problemsOf({ path }: ReleaseManifest, repository: AiRepository): Finding[] {
  const all = [...repository.findings, ...lintReleases(repository)];
  return sortFindings(all.filter((finding) => finding.path === path && finding.severity === "error"));
}
