import type { Operation, OperationStep } from "./operation.ts";
import { type Quarantine, type ReleaseState, type TargetState, targetKey } from "./release-state.ts";
import type { Known, Settlement } from "./release-store.ts";
import type { Pointer } from "./target-port.ts";

/** After a rollback, so long another breach of the same target is held for a person. Reference: releases-and-alerts §3.10. */
const cooldownMs = 30 * 60_000;

/** What an operation came to, as rows: pure, so that it can be written again by whoever finds it half done. */
export function settlementOf(operation: Operation, known: Known, now: Date): Settlement {
  const at = now.toISOString();
  const release = known.releases.get(operation.releaseId);
  const settled =
    operation.kind === "promote" ? promoted(operation, release, known, at) : rolledBack(operation, release, now);
  const targets = operation.steps.flatMap((step): TargetState[] => {
    const target = known.targets.get(targetKey(step.target));
    if (!target) return [];
    const { activeOperation: _, ...free } = target;
    return [{ ...free, ...targetAfter(operation, step, now) }];
  });
  return { ...settled, targets };
}

type WithoutTargets = Omit<Settlement, "targets">;

function promoted(operation: Operation, release: ReleaseState | undefined, known: Known, at: string): WithoutTargets {
  if (!release) return { releases: [], quarantines: [] };
  const { outcome, reason } = operation;
  if (outcome !== "promoted") {
    const status = outcome === "partiallyRolledBack" ? "partiallyRolledBack" : "refused";
    return { releases: [{ ...release, status, endedAt: at, ...(reason ? { reason } : {}) }], quarantines: [] };
  }
  const before: Record<string, string> = { ...release.before };
  for (const { target } of operation.steps) {
    const current = known.targets.get(targetKey(target))?.current;
    if (current !== undefined && current !== release.releaseId) before[targetKey(target)] = current;
  }
  const hotUntil = new Date(Date.parse(at) + release.standbyHours * 3_600_000).toISOString();
  const pointers = Object.fromEntries(operation.steps.flatMap((step) => served(step)));
  return {
    releases: [{ ...release, status: "watching", promotedAt: at, hotUntil, before, pointers }],
    quarantines: [],
  };
}

function served({ target, to }: OperationStep): [string, Pointer][] {
  if (!to) return [];
  const { fence: _, ...pointer } = to;
  return [[targetKey(target), pointer]];
}

function rolledBack(operation: Operation, release: ReleaseState | undefined, now: Date): WithoutTargets {
  const { outcome, reason, cause } = operation;
  if (!release || outcome === "failed" || outcome === "declined" || outcome === undefined)
    return { releases: [], quarantines: [] };
  const at = now.toISOString();
  const why = reason ?? cause.reason;
  const status = outcome === "partiallyRolledBack" ? "partiallyRolledBack" : "rolledBack";
  const quarantines = release.brought.map(
    (digest): Quarantine => ({ digest, releaseId: release.releaseId, at, reason: cause.reason }),
  );
  return { releases: [{ ...release, status, endedAt: at, reason: why }], quarantines };
}

function targetAfter(operation: Operation, { state, target }: OperationStep, now: Date): Partial<TargetState> {
  const flipped = state === "flipped" || state === "verified";
  if (!flipped) return {};
  // The manifest says where the target lies; what it said before is over.
  if (operation.kind === "promote") return { current: operation.releaseId, endpoint: target.endpoint };
  const current = operation.destinations[operation.destination]?.releases[targetKey(target)];
  return {
    ...(current === undefined ? {} : { current }),
    cooldownUntil: new Date(now.getTime() + cooldownMs).toISOString(),
    ...(operation.automatic ? { lastAutomaticAt: now.toISOString() } : {}),
  };
}
