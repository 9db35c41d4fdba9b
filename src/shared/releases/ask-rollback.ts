import type { Clock } from "../clock.ts";
import { decideRollback, type RollbackDecision, rollbackId } from "./decide-rollback.ts";
import { nextRelease, type Observation } from "./next-release.ts";
import type { Cause, Operation, StageTimes, TellPart } from "./operation.ts";
import type { ReleaseStore, StoredOperation } from "./release-store.ts";

export interface AskPorts {
  releases: ReleaseStore;
  /** Sends an operation to whoever carries it out. */
  enqueue(operation: Operation): Promise<void>;
  stageTimes: StageTimes;
  /** What is told to people once it is over. */
  tells: readonly TellPart[];
  clock: Clock;
}

export interface Asked {
  repositoryId: number;
  releaseId: string;
  cause: Cause;
  /** Nobody asked for it: the watch or an alert did. */
  automatic: boolean;
  /** The one release to go back to, in place of the best. */
  to?: string;
  /** A person's yes to an operation that is held: what is in its way is taken as it is. */
  approve?: boolean;
  /** A person's no to one that is held; its reason is the cause's. */
  decline?: boolean;
  /** Why the newer change that would be undone first stays. */
  newerStays?: string;
  /** Why the platform is taken for the cause: a person is asked in place of an automatic rollback. */
  platform?: string;
}

export type Answered =
  | { kind: "unknown" }
  | { kind: "record"; reason: string }
  /** `isNew` is false where it was asked for before: the same operation, in the state that it has by now. */
  | { kind: "operation"; operation: Operation; isNew: boolean };

export type Previewed =
  | Exclude<RollbackDecision, { kind: "first" }>
  /** It was asked for before, and is not over. */
  | { kind: "standing"; operation: Operation };

/**
 * Asks for a release's rollback. However often and by however many it is asked, it is one operation; the first writer wins,
 * and who comes later is shown that one. A try that changed nothing may be followed by another.
 */
export async function askRollback(asked: Asked, ports: AskPorts): Promise<Answered> {
  if (asked.decline) return declineHeld(asked, ports);
  const { failedBefore, standing } = await triesOf(asked, ports);
  if (standing) return answerHeld(asked, standing, ports);
  const decision = await decide(asked, failedBefore, ports);
  if (decision === undefined) return { kind: "unknown" };
  if (decision.kind === "first") return askNewer(asked, decision, ports);
  if (decision.kind === "record") return decision;
  const { operation } = decision;
  if (await ports.releases.begin(operation)) {
    if (decision.kind === "begin") await ports.enqueue(operation);
    return { kind: "operation", operation, isNew: true };
  }
  const stored = await ports.releases.operation(asked.repositoryId, operation.operationId);
  return { kind: "operation", operation: stored?.operation ?? operation, isNew: false };
}

/**
 * A person who asks for what the watch has proposed says yes to it. What a person asked for and something is in the way of
 * needs the word: a second click must not write over somebody's change.
 */
async function answerHeld(asked: Asked, stored: StoredOperation, ports: AskPorts): Promise<Answered> {
  const { operation } = stored;
  const isYes = !asked.automatic && (operation.automatic || asked.approve === true);
  if (operation.stage !== "held" || !isYes) {
    const reason = whyElsewhere(operation, asked);
    return reason === undefined ? { kind: "operation", operation, isNew: false } : { kind: "record", reason };
  }
  const aimed = leadTo(operation, asked.to);
  if (typeof aimed === "string") return { kind: "record", reason: aimed };
  return say({ saw: "word", by: byOf(asked), approve: true }, asked, { stored, operation: aimed }, ports);
}

/** A no leaves everything as it is, and the watch does not ask about this release again. */
async function declineHeld(asked: Asked, ports: AskPorts): Promise<Answered> {
  const { repositoryId, releaseId, cause } = asked;
  if (!(await ports.releases.release(repositoryId, releaseId))) return { kind: "unknown" };
  const stored = await lastRollback(repositoryId, releaseId, ports.releases);
  if (!stored) return { kind: "record", reason: "no rollback of it waits for a person" };
  const { operation } = stored;
  if (operation.outcome === "declined") return { kind: "operation", operation, isNew: false };
  if (operation.stage !== "held") {
    const reason = `${operation.operationId} waits for nobody: it is ${operation.outcome ?? `at ${operation.stage}`}`;
    return { kind: "record", reason };
  }
  const word = { saw: "word", by: byOf(asked), approve: false, reason: cause.reason } as const;
  return say(word, asked, { stored, operation }, ports);
}

async function say(
  word: Extract<Observation, { saw: "word" }>,
  asked: Asked,
  { stored, operation }: { stored: StoredOperation; operation: Operation },
  ports: AskPorts,
): Promise<Answered> {
  const next = nextRelease(operation, word, { now: ports.clock.now(), times: ports.stageTimes });
  const written = await ports.releases.write(stored, next.operation);
  if (!written) return askRollback(asked, ports);
  await ports.enqueue(written.operation);
  return { kind: "operation", operation: written.operation, isNew: true };
}

const byOf = ({ cause }: Asked) => cause.by ?? "a person";

/** A person who names another aim than what is under way has must not take that for their own. */
function whyElsewhere({ operationId, destinations, destination, stage }: Operation, { to }: Asked): string | undefined {
  const aim = destinations[destination]?.releaseId;
  if (to === undefined || to === aim || (stage === "held" && destinations.some((one) => one.releaseId === to)))
    return undefined;
  return `${operationId} leads to ${aim ?? "nothing"} already, at ${stage}`;
}

/** The newest change goes back first; where it stays, a person is asked about this one. */
async function askNewer(
  asked: Asked,
  { releaseId, reason }: Extract<RollbackDecision, { kind: "first" }>,
  ports: AskPorts,
): Promise<Answered> {
  const cause = { ...asked.cause, reason: `${asked.cause.reason} (seen on ${asked.releaseId}; ${reason})` };
  const answered = await askRollback({ ...asked, releaseId, cause }, ports);
  if (answered.kind === "operation") return answered;
  const newerStays = answered.kind === "record" ? answered.reason : "it is not known";
  return askRollback({ ...asked, newerStays }, ports);
}

/** What would be done now; nothing is written. */
export async function previewRollback(asked: Asked, ports: AskPorts): Promise<Previewed | undefined> {
  const { failedBefore, standing } = await triesOf(asked, ports);
  if (standing && standing.operation.stage !== "closed") {
    const reason = whyElsewhere(standing.operation, asked);
    return reason === undefined ? { kind: "standing", operation: standing.operation } : { kind: "record", reason };
  }
  const decision = await decide(asked, failedBefore, ports);
  return decision?.kind === "first" ? { kind: "record", reason: decision.reason } : decision;
}

async function decide(
  { repositoryId, releaseId, cause, automatic, to, newerStays, platform }: Asked,
  failedBefore: number,
  { releases: store, stageTimes: times, tells, clock }: AskPorts,
): Promise<RollbackDecision | undefined> {
  const release = await store.release(repositoryId, releaseId);
  if (!release) return undefined;
  const [releases, targets, quarantined] = await Promise.all([
    store.releases(repositoryId),
    store.targets(repositoryId),
    store.quarantined(repositoryId),
  ]);
  const now = clock.now();
  const whose = {
    ...(newerStays === undefined ? {} : { newerStays }),
    ...(platform === undefined ? {} : { platform }),
  };
  const known = { releases, targets, quarantined, ...whose };
  const decision = decideRollback({ release, ...known, cause, automatic, failedBefore, now, times, tells });
  if (!("operation" in decision)) return decision;
  const operation = leadTo(decision.operation, to);
  return typeof operation === "string" ? { kind: "record", reason: operation } : { ...decision, operation };
}

/** The operation with one destination, or why it cannot lead there. What was begun is not aimed anew. */
function leadTo(operation: Operation, to: string | undefined): Operation | string {
  const { destinations, destination, steps } = operation;
  if (to === undefined || (destinations.length === 1 && destinations[0]?.releaseId === to)) return operation;
  const possible = destinations.filter((one) => one.releaseId === to);
  if (possible.length === 0) {
    const names = destinations.map((one) => one.releaseId).join(", ");
    return `${to} is no release that it can go back to; those are: ${names || "none"}`;
  }
  if (steps.every(({ state }) => state === "waiting")) {
    const anew = steps.map(({ to: _to, ready: _ready, ...step }) => step);
    return { ...operation, destinations: possible, destination: 0, steps: anew };
  }
  const aim = destinations[destination]?.releaseId;
  return aim === to ? operation : `it leads to ${aim} already`;
}

/**
 * The rollback of this release that is under way or has changed something; else how many have changed nothing. What is partly
 * back, or was declined, stands for the watch, and a person may ask anew.
 */
async function triesOf({ repositoryId, releaseId, automatic }: Asked, { releases }: AskPorts) {
  let failedBefore = 0;
  for await (const stored of rollbacksOf(repositoryId, releaseId, releases)) {
    const { stage, outcome } = stored.operation;
    const standsForWatch = outcome === "partiallyRolledBack" || outcome === "declined";
    const isOver = outcome === "failed" || (standsForWatch && !automatic);
    if (stage !== "closed" || !isOver) return { failedBefore, standing: stored };
    failedBefore++;
  }
  return { failedBefore };
}

/** The newest try: it says how the rollback of a release stands. */
export async function lastRollback(repositoryId: number, releaseId: string, store: Pick<ReleaseStore, "operation">) {
  let last: StoredOperation | undefined;
  for await (const stored of rollbacksOf(repositoryId, releaseId, store)) last = stored;
  return last;
}

async function* rollbacksOf(repositoryId: number, releaseId: string, store: Pick<ReleaseStore, "operation">) {
  for (let n = 1; ; n++) {
    const stored = await store.operation(repositoryId, rollbackId(releaseId, n));
    if (!stored) return;
    yield stored;
  }
}
