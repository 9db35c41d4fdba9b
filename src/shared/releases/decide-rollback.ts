import { type Blame, blameOf } from "./blame.ts";
import type { Cause, Destination, Operation, OperationStep, StageTimes, TellPart } from "./operation.ts";
import { type Quarantine, type ReleaseState, type TargetState, targetKey } from "./release-state.ts";
import type { Pointer } from "./target-port.ts";

/** What is known when a rollback is asked for. */
export interface RollbackQuestion {
  release: ReleaseState;
  /** All releases of the repository. */
  releases: readonly ReleaseState[];
  targets: readonly TargetState[];
  quarantined: readonly Quarantine[];
  cause: Cause;
  /** Nobody asked for it: the watch or an alert did. */
  automatic: boolean;
  /** Why the newer change that is undone first stays. */
  newerStays?: string;
  /** Why the platform is taken for the cause, and no release is. */
  platform?: string;
  /** Rollbacks of this release that ended without changing anything. */
  failedBefore: number;
  now: Date;
  times: StageTimes;
  tells: readonly TellPart[];
}

export type RollbackDecision =
  | { kind: "begin"; operation: Operation }
  /** A person is asked first. */
  | { kind: "hold"; operation: Operation; reason: string }
  /** Written down, with its reason; nothing is done. */
  | { kind: "record"; reason: string }
  /** Another release is taken back in its place. */
  | Extract<Blame, { kind: "first" }>;

const dayMs = 24 * 3_600_000;
/** A minute's look asks again: what was refused so often would be refused, and told of, every minute of a day. */
const mostFailed = 3;

/**
 * Whether a release is rolled back, and to where: pure. An automatic one has guards that a person's does not: the release's
 * mode, a pause, the cooldown, one a target and day, and that the release is young enough to be to blame.
 * Reference: releases-and-alerts §3.10, §3.11.
 */
export function decideRollback(asked: RollbackQuestion): RollbackDecision {
  const question = { ...asked, release: whatIsLeft(asked) };
  const { release, automatic } = question;
  if (release.status === "rolledBack") return { kind: "record", reason: "it is rolled back" };
  if (release.status === "refused" || release.status === "promoting")
    return {
      kind: "record",
      reason: release.status === "refused" ? "it was never served" : "its promotion is under way",
    };
  if (release.status === "partiallyRolledBack" && automatic)
    return { kind: "record", reason: "it is partly rolled back, and a person goes on with the rest" };
  const own = targetsOf(question);
  const superseded = own.find(({ current }) => current !== undefined && current !== release.releaseId);
  if (superseded) {
    const reason = `${superseded.alias} serves ${superseded.current} by now: the newest change is the first to go back`;
    return { kind: "record", reason };
  }
  const operation = rollbackOf(question);
  if (!automatic) return { kind: "begin", operation };
  const guard = guardOf(question, own, asked.release) ?? partGuardOf(asked, release);
  if (!guard) return { kind: "begin", operation };
  if (guard.kind !== "hold") return guard;
  return { kind: "hold", operation: held(operation, guard.reason, question), reason: guard.reason };
}

/**
 * Of what is partly back, and of what the watch sees on a release that was replaced in part, only what still serves it: the
 * rest is not rolled back twice, nor is the newer release with it.
 */
function whatIsLeft({ release, targets, automatic }: RollbackQuestion): ReleaseState {
  const isPart = release.status === "partiallyRolledBack";
  if (!isPart && !automatic) return release;
  const currents = new Map(targets.map((target) => [targetKey(target), target.current]));
  const serves = (key: string) => (currents.get(key) ?? (isPart ? undefined : release.releaseId)) === release.releaseId;
  const left = Object.entries(release.pointers).filter(([key]) => serves(key));
  return left.length === 0 ? release : { ...release, pointers: Object.fromEntries(left) };
}

/** What was released together may only work together. */
function partGuardOf({ release: { pointers } }: RollbackQuestion, left: ReleaseState) {
  const gone = Object.keys(pointers).filter((key) => !(key in left.pointers));
  if (gone.length === 0) return undefined;
  return hold(
    `${gone.join(", ")} serves another release by now: whether the rest goes back without it, a person decides`,
  );
}

function guardOf(question: RollbackQuestion, own: readonly TargetState[], whole: ReleaseState) {
  const { release, cause, failedBefore, now } = question;
  const at = now.toISOString();
  const { mode } = release.watch;
  const promotedAt = release.promotedAt ?? release.createdAt;
  const seenAt = cause.seenAt ?? cause.firedAt ?? at;
  if (seenAt < promotedAt) return record(`it was seen before the release was promoted (${promotedAt})`);
  if (now.getTime() - Date.parse(promotedAt) > dayMs)
    return record("the release is older than a day: it is not to blame");
  if (mode === "observe") return record("the release's watch only observes");
  for (const { alias, paused } of own)
    if (paused && paused.until > at)
      return record(`${alias} is paused until ${paused.until} by ${paused.by}: ${paused.why}`);
  if (question.platform !== undefined) return hold(question.platform);
  const blame = blameOf({ ...question, release: whole });
  if (blame.kind === "first" || blame.kind === "record") return blame;
  if (mode === "propose") return hold("the release's watch proposes, and a person decides");
  const cooling = own.find(({ cooldownUntil }) => cooldownUntil !== undefined && cooldownUntil > at);
  if (cooling)
    return hold(`${cooling.alias} was rolled back a moment ago; until ${cooling.cooldownUntil} a person decides`);
  const recent = own.find(
    ({ lastAutomaticAt }) => lastAutomaticAt && now.getTime() - Date.parse(lastAutomaticAt) < dayMs,
  );
  if (recent)
    return hold(`${recent.alias} was rolled back by itself at ${recent.lastAutomaticAt}; once a day is the most`);
  if (failedBefore >= mostFailed) return hold(`${failedBefore} rollbacks of it changed nothing: a person decides`);
  return blame.kind === "hold" ? blame : undefined;
}

const record = (reason: string) => ({ kind: "record", reason }) as const;
const hold = (reason: string) => ({ kind: "hold", reason }) as const;

function targetsOf({ release, targets }: RollbackQuestion): TargetState[] {
  return targets.filter((target) => targetKey(target) in release.pointers);
}

/** Not `-2`: a release that is promoted anew is called so, and its first rollback must not be taken for this one's second. */
export function rollbackId(releaseId: string, attempt: number): string {
  return `rollback-${releaseId}${attempt === 1 ? "" : `-try${attempt}`}`;
}

function rollbackOf(question: RollbackQuestion): Operation {
  const { release, cause, automatic, failedBefore, now, times, tells } = question;
  const at = now.toISOString();
  const destinations = destinationsOf(question);
  return {
    ...{ operationId: rollbackId(release.releaseId, failedBefore + 1), repositoryId: release.repositoryId },
    ...{ repository: release.repository, kind: "rollback", releaseId: release.releaseId, destination: 0 },
    destinations,
    ...(destinations.length > 0 ? {} : { noDestination: whyNowhere(release) }),
    ...{ cause, automatic, stage: "claiming", epoch: 0, createdAt: at, links: {} },
    deadline: new Date(now.getTime() + times.claimMs).toISOString(),
    // What was flipped last goes back first.
    steps: Object.entries(release.pointers)
      .reverse()
      .map(([key, from]) => stepOf(question, key, from)),
    untold: [...tells],
    timeline: [{ at, what: `asked for: ${cause.reason}` }],
  };
}

/** What its manifest declares is done by itself for routes alone: nothing else can be switched off by pointing it elsewhere. */
function whyNowhere({ declares, pointers }: ReleaseState): string {
  const none = "no release before it was verified";
  if (declares === undefined) return none;
  const others = Object.keys(pointers).filter((key) => !key.startsWith("route:"));
  return `${none}, and what its manifest declares (${declares}) is for routes alone: switch off ${others.join(", ")} by hand`;
}

function stepOf({ release, targets }: RollbackQuestion, key: string, from: Pointer): OperationStep {
  const known = targets.find((target) => targetKey(target) === key);
  const alias = key.slice(from.kind.length + 1);
  const endpoint = known?.endpoint === undefined ? {} : { endpoint: known.endpoint };
  return {
    target: {
      ...{ id: known?.id ?? alias, kind: from.kind, alias, ...endpoint },
      ...(release.stopsSessions?.includes(key) ? { stopSessions: true } : {}),
    },
    from,
    state: "waiting",
    attempts: 0,
  };
}

function held(operation: Operation, reason: string, { now, times }: RollbackQuestion): Operation {
  const at = now.toISOString();
  const deadline = new Date(now.getTime() + times.heldMs).toISOString();
  return {
    ...{ ...operation, stage: "held", reason, deadline },
    timeline: [...operation.timeline, { at, what: `held: ${reason}` }],
  };
}

type Traced = Pick<ReleaseState, "releaseId" | "pointers" | "before">;

/**
 * The releases that were verified, back along what each target served before: lineage, never a toggle. The best first; one
 * that brought what is quarantined is passed over.
 */
export function destinationsOf({
  release,
  releases,
  quarantined,
}: Pick<RollbackQuestion, "releases" | "quarantined"> & { release: Traced }): Destination[] {
  const byId = new Map(releases.map((one) => [one.releaseId, one]));
  const bad = new Set(quarantined.map(({ digest }) => digest));
  const lines = Object.keys(release.pointers).map((key) => ({ key, line: lineOf(release, key, byId, bad) }));
  const length = Math.max(0, ...lines.map(({ line }) => line.length));
  if (lines.some(({ line }) => line.length === 0)) return [];
  return Array.from({ length }, (_, index): Destination => {
    const chosen = lines.map(({ key, line }) => ({ key, to: line[Math.min(index, line.length - 1)] as ReleaseState }));
    return {
      releaseId: [...new Set(chosen.map(({ to }) => to.releaseId))].join(" and "),
      releases: Object.fromEntries(chosen.map(({ key, to }) => [key, to.releaseId])),
      pointers: Object.fromEntries(chosen.map(({ key, to }) => [key, to.pointers[key] as Pointer])),
    };
  });
}

function lineOf(
  release: Traced,
  key: string,
  byId: ReadonlyMap<string, ReleaseState>,
  bad: ReadonlySet<string>,
): ReleaseState[] {
  const line: ReleaseState[] = [];
  const seen = new Set([release.releaseId]);
  for (let next = release.before[key]; next !== undefined && !seen.has(next); ) {
    seen.add(next);
    const older = byId.get(next);
    if (!older) break;
    const isDeclared = !older.isOff || next === release.before[key];
    const isGood = older.status === "verified" && !older.brought.some((digest) => bad.has(digest));
    const good = isGood && isDeclared && older.pointers[key];
    if (good) line.push(older);
    next = older.before[key];
  }
  return line;
}
