import type { AiRepository } from "../../repository/ai-repository.ts";
import { versionedName } from "../../repository/release-target.ts";
import type { SafetyPolicy } from "../../repository/safety-policy.ts";
import { type ReleaseState, type TargetState, targetKey } from "../release-state.ts";

/** The content filter of a deployment that a release does not move, as the release that it serves says. */
export interface StandingFilter {
  contentFilter: string;
  safetyPolicy?: SafetyPolicy;
}

interface Served {
  targets: readonly TargetState[];
  releases: readonly ReleaseState[];
  read(commit: string): Promise<Pick<AiRepository, "releases">>;
}

/** By the deployments' names as they are written; one of which no release says anything is left out. */
export async function standingFilters(
  deployments: readonly string[],
  served: Served,
): Promise<Map<string, StandingFilter>> {
  const filters = new Map<string, StandingFilter>();
  for (const deployment of new Set(deployments)) {
    const filter = await standingFilter(deployment, served);
    if (filter) filters.set(deployment, filter);
  }
  return filters;
}

async function standingFilter(deployment: string, served: Served): Promise<StandingFilter | undefined> {
  const state = releaseBehind(deployment, served);
  if (!state) return undefined;
  const manifest = (await served.read(state.commit)).releases.find(({ name }) => name === state.name);
  for (const target of manifest?.targets ?? []) {
    if (target.kind !== "deployment" && target.kind !== "inPlace") continue;
    const isIt = target.alias === deployment || (target.kind === "deployment" && target.to.deployment === deployment);
    const { contentFilter } = target.to;
    if (!isIt || contentFilter === undefined) continue;
    return { contentFilter, ...(manifest?.safetyPolicy ? { safetyPolicy: manifest.safetyPolicy } : {}) };
  }
  return undefined;
}

/** An alias stands for what it serves now; a versioned name for what was made once and never edited. */
function releaseBehind(deployment: string, { targets, releases }: Served): ReleaseState | undefined {
  const keyed = (alias: string) => [targetKey({ kind: "deployment", alias }), targetKey({ kind: "inPlace", alias })];
  const current = targets.find((target) => keyed(deployment).includes(targetKey(target)))?.current;
  if (current !== undefined) return releases.find(({ releaseId }) => releaseId === current);
  const alias = versionedName(deployment)?.alias;
  if (alias === undefined) return undefined;
  const key = targetKey({ kind: "deployment", alias });
  return releases.find(({ status, pointers: { [key]: pointer } }) => {
    return status !== "refused" && pointer?.kind === "deployment" && pointer.deployment === deployment;
  });
}
