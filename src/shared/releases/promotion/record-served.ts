import { digestOf } from "../../repository/digest.ts";
import { type ReleaseState, targetKey } from "../release-state.ts";
import type { ReleaseStore } from "../release-store.ts";
import { type OpenTargets, type Pointer, pointerDigest, type TargetName, type TargetPorts } from "../target-port.ts";
import type { Promotion } from "./promote-release.ts";
import type { Refusal } from "./promotion.ts";
import type { WorldFacts } from "./read-facts.ts";

/**
 * `firstWayBack: { kind: served }`: what serves and no release brought becomes a release that its owner vouches for, so that a
 * rollback finds it as it finds every other.
 */
export async function recordServed(
  { repositoryId, repository, commit }: Promotion,
  { promotion: { release, plan }, targets }: WorldFacts,
  ports: { releases: ReleaseStore; targets: OpenTargets; clock: { now(): Date } },
): Promise<Refusal | undefined> {
  if (release.firstWayBack?.kind !== "served") return undefined;
  const taken = new Set(targets.flatMap((target) => (target.current === undefined ? [] : [targetKey(target)])));
  const bare = plan.steps.filter(({ target, before }) => before !== undefined && !taken.has(targetKey(target)));
  if (bare.length === 0) return undefined;
  const open = await ports.targets({ id: repositoryId, fullName: repository });
  const pointers: Record<string, Pointer> = {};
  for (const { target, before } of bare) {
    const pointer = before && (await pinned(target, before, open));
    if (!pointer) return notAnswering(target);
    pointers[targetKey(target)] = pointer;
  }
  const digest = digestOf(Object.entries(pointers).map(([key, pointer]) => [key, pointerDigest(pointer)]));
  const releaseId = `${release.name}-served-${digest.slice(0, 12)}`;
  const at = ports.clock.now().toISOString();
  const state: ReleaseState = {
    ...{ releaseId, repositoryId, repository, name: release.name, stage: release.stage, digest, commit },
    ...{ owner: release.owner, watch: release.watch, status: "verified", pointers, brought: [], before: {} },
    ...{ atomic: false, standbyHours: release.standby.hours, createdAt: at, verifiedAt: at },
    reason: "served before the first release; its owner vouches for it",
  };
  await ports.releases.addRelease(state);
  for (const { target } of bare)
    await ports.releases.mark(repositoryId, targetKey(target), (known) => ({
      ...{ ...known, current: known.current ?? releaseId, id: target.id },
      ...(target.endpoint === undefined ? {} : { endpoint: target.endpoint }),
    }));
  return undefined;
}

/** What nobody can name is no place to go back to. */
function notAnswering({ alias }: TargetName): Refusal {
  return {
    code: "noWayBack",
    reason: `\`firstWayBack: { kind: served }\`, and no call tells which version of \`${alias}\` serves.`,
    mend: `Pin the version that \`${alias}\` serves, or see to it that it answers, and run \`assay / release\` again.`,
  };
}

/** "Whatever is latest" would be what this release brings: the version that answers now is what is gone back to. */
async function pinned(
  target: TargetName,
  { fence: _, ...before }: Pointer,
  ports: TargetPorts,
): Promise<Pointer | undefined> {
  if (before.kind !== "agent" || !before.rules.some(({ version }) => version === "@latest")) return before;
  const probe = await ports[target.kind].probe(target, before);
  if (probe.kind !== "answered") return undefined;
  return { kind: "agent", rules: [{ version: probe.served, percentage: 100 }] };
}
