import { versionedName } from "../../repository/release-target.ts";
import { destinationsOf } from "../decide-rollback.ts";
import type { HeldDeployment } from "../deployments.ts";
import type { Destination } from "../operation.ts";
import { type Quarantine, type ReleaseState, type TargetState, targetKey } from "../release-state.ts";
import type { Pointer } from "../target-port.ts";

/** What is known of one repository that has releases. */
export interface ReapedRepository {
  repositoryId: number;
  repository: string;
  releases: readonly ReleaseState[];
  targets: readonly TargetState[];
  quarantined: readonly Quarantine[];
  /** Deployments that its aliases stand for now, as they are served. */
  served: ReadonlySet<string>;
  /** Aliases, or releases, with an alert that is not resolved. */
  suffering: ReadonlySet<string>;
  /** The file of the default branch that names a deployment. */
  namedIn(deployment: string): string | undefined;
}

export interface ReaperFacts {
  now: Date;
  repositories: readonly ReapedRepository[];
  /** Requests in the last hour by deployment; undefined where nothing was told of the account, which is not zero. */
  requests: ReadonlyMap<string, number> | undefined;
}

/** Others are on their way somewhere. */
const settled = new Set(["Succeeded", "Failed", "Disabled", "Canceled"]);

/**
 * Why a deployment stays; undefined where nothing needs it any more [reference: releases §4.3]. What is not known keeps it, for
 * what is deleted is gone.
 */
export function whyKept(held: HeldDeployment, facts: ReaperFacts): string | undefined {
  const named = versionedName(held.name);
  const by = held.tags["assay-release"];
  if (!named || by === undefined || held.tags["assay-alias"] !== named.alias) return "Assay did not make it";
  if (!settled.has(held.provisioningState)) return `it is ${held.provisioningState}`;
  const maker = facts.repositories.flatMap(({ releases }) => releases).find(({ releaseId }) => releaseId === by);
  if (!maker) return `the release ${by} that made it is not known here`;
  if (maker.status === "promoting") return `${by} is being promoted`;
  for (const repository of facts.repositories) {
    const reason = neededBy(held.name, named.alias, repository, facts.now);
    if (reason !== undefined) return reason;
  }
  const ended = Date.parse(maker.endedAt ?? maker.promotedAt ?? maker.createdAt);
  if (facts.now.getTime() < ended + maker.standbyHours * 3_600_000) return `${by} is younger than its standby`;
  return trafficOf(held.name, facts);
}

function neededBy(name: string, alias: string, repository: ReapedRepository, now: Date): string | undefined {
  const { releases, targets, served, suffering, namedIn } = repository;
  if (served.has(name)) return `${alias} stands for it`;
  const at = now.toISOString();
  const carries = (pointer: Pointer | undefined) => pointer?.kind === "deployment" && pointer.deployment === name;
  // What its route, its prompt or its agent names outright is called by nobody else.
  const own = targetKey({ kind: "deployment", alias: name });
  const callers = new Set(idsOf(releases.filter(({ reaches }) => reaches?.includes(own))));
  const carrierIds = new Set([
    ...callers,
    ...idsOf(releases.filter(({ pointers }) => Object.values(pointers).some(carries))),
  ]);
  for (const target of targets) {
    if (target.current !== undefined && carrierIds.has(target.current)) return `${target.current} serves it`;
    if (target.kind !== "deployment" || target.alias !== alias) continue;
    const { activeOperation, frozen, paused } = target;
    if (activeOperation !== undefined) return `${activeOperation} has ${targetKey(target)}`;
    if (frozen && frozen.until > at) return `${alias} is frozen until ${frozen.until}`;
    if (paused && paused.until > at) return `${alias} is paused until ${paused.until}`;
  }
  for (const release of releases) {
    const replaced = Object.values(release.before).some((id) => carrierIds.has(id));
    const isHot = release.hotUntil !== undefined && release.hotUntil > at;
    if (replaced && (isHot || release.status === "promoting")) return `${release.releaseId} keeps it hot`;
  }
  const back = wayBackOf(
    repository,
    (way) => Object.values(way.pointers).some(carries) || Object.values(way.releases).some((id) => callers.has(id)),
  );
  if (back) return `it is the way back of ${back}`;
  const hurt = [alias, ...carrierIds].find((one) => suffering.has(one));
  if (hurt) return `an alert of ${hurt} is not resolved`;
  const file = namedIn(name);
  return file === undefined ? undefined : `${file} names it`;
}

/** A release that serves and whose rollback would lead there first; while it is not verified, whose rollback may lead there. */
function wayBackOf(
  { releases, targets, quarantined }: ReapedRepository,
  needs: (way: Destination) => boolean,
): string | undefined {
  const serving = new Set(targets.map(({ current }) => current));
  for (const release of releases.filter(({ releaseId }) => serving.has(releaseId))) {
    const ways = destinationsOf({ release, releases, quarantined });
    const kept = release.status === "verified" ? ways.slice(0, 1) : ways;
    if (kept.some(needs)) return release.releaseId;
  }
  return undefined;
}

function idsOf(releases: readonly ReleaseState[]): string[] {
  return releases.map(({ releaseId }) => releaseId);
}

function trafficOf(name: string, { requests }: ReaperFacts): string | undefined {
  if (!requests) return "no evidence of what it was asked in the last hour";
  // Of an account whose metrics are told, a deployment without a point had no request.
  const count = requests.get(name) ?? 0;
  return count > 0 ? `it had ${count} requests in the last hour` : undefined;
}
