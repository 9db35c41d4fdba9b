import type { ReleaseState, TargetState } from "../release-state.ts";
import { targetKey } from "../release-state.ts";
import type { Pointer } from "../target-port.ts";
import type { ServedTarget } from "./find-target.ts";

/** What the releases of a repository serve, by the names that alerts give. */
export function servedTargets(releases: readonly ReleaseState[], targets: readonly TargetState[]): ServedTarget[] {
  const byId = new Map(releases.map((release) => [release.releaseId, release]));
  return targets.flatMap((target): ServedTarget[] => {
    const release = byId.get(target.current ?? "");
    if (!release?.promotedAt) return [];
    const key = targetKey(target);
    const before = byId.get(release.before[key] ?? "");
    const arms = armsOf(target, release.pointers[key]);
    const { repositoryId, stage, releaseId, promotedAt } = release;
    const standby = armsOf(target, before?.pointers[key]).filter((arm) => !arms.includes(arm));
    return [{ repositoryId, target: target.alias, stage, release: releaseId, promotedAt, arms, standby }];
  });
}

/** Routes and prompts have no arm that a platform metric tells: their alerts name the target. */
function armsOf({ alias }: TargetState, pointer: Pointer | undefined): string[] {
  if (pointer?.kind === "deployment" || pointer?.kind === "inPlace") return [pointer.deployment];
  if (pointer?.kind !== "agent") return [];
  return pointer.rules.filter(({ percentage }) => percentage > 0).map(({ version }) => `${alias}:${version}`);
}
