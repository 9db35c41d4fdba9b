import type { Clock } from "../../clock.ts";
import { redact } from "../../redaction/redact.ts";
import type { ReleaseManifest } from "../../repository/release.ts";
import type { Cause, Operation, OperationStep, StageTimes, TellPart } from "../operation.ts";
import { type ReleaseState, targetKey } from "../release-state.ts";
import { releaseTags } from "../release-tags.ts";
import { newContents } from "../shipped-contents.ts";
import type { DeploymentSpec } from "../target-port.ts";
import type { Promotion } from "./promote-release.ts";
import type { WorldFacts } from "./read-facts.ts";

/** The row of a release that begins. */
export function releaseStateOf(
  { repositoryId, repository, commit }: Promotion,
  { promotion, pull, reaches }: WorldFacts,
  releaseId: string,
  { mostStandbyHours, mostWatchMinutes, clock }: { mostStandbyHours: number; mostWatchMinutes: number; clock: Clock },
): ReleaseState {
  const { release, plan, base } = promotion;
  const { name, stage, owner, runbook, atomic, standby } = release;
  const watch = { ...release.watch, minutes: Math.min(release.watch.minutes, mostWatchMinutes) };
  const standbyHours = Math.min(standby.hours, mostStandbyHours);
  return {
    ...{ releaseId, repositoryId, repository, name, stage, digest: plan.digest, commit, owner, watch, atomic },
    ...(release.firstWayBack && release.firstWayBack.kind !== "served" ? { declares: release.firstWayBack.kind } : {}),
    ...{ reaches, ...(pull === undefined ? {} : { pull }) },
    ...(runbook === undefined ? {} : { runbook }),
    ...{ status: "promoting", pointers: {}, before: {}, standbyHours, createdAt: clock.now().toISOString() },
    ...stopped(release),
    brought: newContents(release, base).map(({ digest }) => digest),
  };
}

function stopped({ targets }: ReleaseManifest): Pick<ReleaseState, "stopsSessions"> {
  const keys = targets.filter((target) => target.kind === "agent" && target.sessions === "stop").map(targetKey);
  return keys.length === 0 ? {} : { stopsSessions: keys };
}

/** All targets, dependencies first; what serves already is read back like the others. */
export function promoteOperation(
  { releaseId, repositoryId, repository }: ReleaseState,
  facts: WorldFacts,
  cause: Cause,
  { stageTimes, tells, clock }: { stageTimes: StageTimes; tells: readonly TellPart[]; clock: Clock },
): Operation {
  const now = clock.now();
  const at = now.toISOString();
  return {
    ...{ operationId: `promote-${releaseId}`, repositoryId, repository, kind: "promote", releaseId },
    ...{
      destinations: [],
      destination: 0,
      cause,
      automatic: false,
      stage: "claiming",
      epoch: 0,
      createdAt: at,
      links: {},
    },
    deadline: new Date(now.getTime() + stageTimes.claimMs).toISOString(),
    steps: facts.promotion.plan.steps.map((step) => stepOf(step, facts, releaseId)),
    untold: [...tells],
    timeline: [{ at, what: `asked for: ${redact(cause.reason).text}` }],
  };
}

type PlannedStep = WorldFacts["promotion"]["plan"]["steps"][number];

function stepOf(
  { target, before, after, unchanged }: PlannedStep,
  facts: WorldFacts,
  releaseId: string,
): OperationStep {
  const { id, kind, alias, endpoint } = target;
  const step = {
    target: { id, kind, alias, ...(endpoint === undefined ? {} : { endpoint }) },
    ...(before ? { from: before } : {}),
    ...{ state: "waiting" as const, attempts: 0 },
  };
  const spec = unchanged ? undefined : specOf(target, facts, releaseId);
  return spec ? { ...step, spec } : { ...step, to: after };
}

/** A versioned deployment is made beside what serves; an agent's version is there, for the manifest names its number. */
function specOf(target: PlannedStep["target"], facts: WorldFacts, releaseId: string): DeploymentSpec | undefined {
  const { release, plan } = facts.promotion;
  const own = release.targets.find(({ id }) => id === target.id);
  if (own?.kind !== "deployment") return undefined;
  const { deployment, model, sku, contentFilter } = own.to;
  const previous = facts.targets.find((known) => targetKey(known) === targetKey(target))?.current;
  const tags = releaseTags({
    ...{ release: releaseId, alias: own.alias, commit: plan.commit, owner: release.owner, previous },
    evidence: release.evidence.runs[0],
  });
  return {
    ...{ kind: "deployment", deployment, model, sku, tags },
    ...(contentFilter === undefined ? {} : { raiPolicyName: contentFilter }),
  };
}
