import type { Clock } from "../clock.ts";
import { InvalidInputError, messageOf, RetryAfterError } from "../errors.ts";
import { withHeartbeat } from "../gate/heartbeat.ts";
import type { Log } from "../log.ts";
import { giveWay } from "./give-way.ts";
import { type Effect, nextRelease, type Observation } from "./next-release.ts";
import type { Operation, OperationStep, StageTimes, TellPart } from "./operation.ts";
import type { ReleaseStore, StoredOperation } from "./release-store.ts";
import { settlementOf } from "./settlement.ts";
import type { OpenTargets, TargetPort } from "./target-port.ts";

export interface OperationPorts {
  releases: ReleaseStore;
  targets: OpenTargets;
  /** The smoke subset of the suites against what was made; `running` until it has ended. A rollback has none. */
  smoke?(operation: Operation): Promise<{ verdict: "pass" | "fail" | "running"; reason: string }>;
  /**
   * Tells one part to people, once however often it is asked; answers with a link where there is one. Absent on a laptop,
   * which leaves that to the app.
   */
  tell?(part: TellPart, operation: Operation): Promise<{ link?: string }>;
  /** A message that brings the operation back after a wait. */
  later(operation: Operation, waitMs: number): Promise<void>;
  stageTimes: StageTimes;
  /** Without a sign of life for so long, another worker takes an operation up. */
  overdueMs: number;
  clock: Clock;
  log: Log;
}

/**
 * A worker waits no further into a turn than this: it is freed, and a message brings the operation back. The next batch of messages
 * comes once all of this one are done, so that a promotion that waits would keep every rollback waiting.
 */
const mostTurnMs = 5000;

/**
 * Carries an operation as far as it goes now. Each state is stored before the effect that it announces, with the version
 * that was read: a worker that was thought dead loses its next write, and with it the right to act.
 */
export async function performOperation(
  { repositoryId, operationId }: { repositoryId: number; operationId: string },
  ports: OperationPorts,
  observation: Observation = { saw: "start" },
): Promise<Operation | undefined> {
  const found = await ports.releases.operation(repositoryId, operationId);
  if (!found || found.operation.stage === "closed") return found?.operation;
  const { aliveUntil } = found;
  if (aliveUntil !== undefined && aliveUntil > ports.clock.now().toISOString()) {
    await ports.later(found.operation, Date.parse(aliveUntil) - ports.clock.now().getTime());
    return found.operation;
  }
  const taken = takenUp(found, ports);
  let stored: StoredOperation | undefined = { ...found, operation: taken };
  let saw = observation;
  const until = ports.clock.now().getTime() + mostTurnMs;
  for (;;) {
    const { operation, effect } = nextRelease(stored.operation, saw, at(ports));
    const leaves = effect.do === "tell" && !ports.tell;
    const isLong = effect.do === "wait" && ports.clock.now().getTime() + effect.ms > until;
    const rests = leaves || effect.do === "nothing" || isLong;
    const next = rests ? atRest(operation, leaves) : withLease(operation, ports);
    stored = await ports.releases.write(stored, next);
    if (!stored) {
      ports.log.warn("operation.fenced", { operationId, repositoryId });
      return undefined;
    }
    if (rests) {
      if (effect.do === "wait") await ports.later(operation, effect.ms);
      return stored.operation;
    }
    const { operation: own } = stored;
    const beat = () => ports.releases.beat(own, leaseEnd(ports));
    saw = await withHeartbeat(beat, () => perform(effect, own, ports), {
      ...ports,
      times: { heartbeatMs: ports.overdueMs / 3 },
    });
    if (saw.saw === "trouble")
      ports.log.warn("operation.trouble", { operationId, effect: effect.do, reason: saw.reason });
  }
}

/** However often workers die: an operation is not kept from its end for longer. */
const mostMs = 2 * 3_600_000;

/** What a dead worker left keeps what it had of its stage's time: when nobody had it, nothing was asked. */
function takenUp({ operation, aliveUntil }: StoredOperation, { clock, overdueMs }: OperationPorts): Operation {
  const taken = { ...operation, epoch: operation.epoch + 1 };
  if (aliveUntil === undefined) return taken;
  const deadMs = clock.now().getTime() - (Date.parse(aliveUntil) - overdueMs);
  const own = Date.parse(operation.deadline);
  const latest = Math.min(own + deadMs, Date.parse(operation.createdAt) + mostMs);
  return { ...taken, deadline: new Date(Math.max(own, latest)).toISOString() };
}

const at = ({ clock, stageTimes }: OperationPorts) => ({ now: clock.now(), times: stageTimes });

function withLease(operation: Operation, ports: OperationPorts): Operation {
  return { ...operation, leaseUntil: leaseEnd(ports) };
}

function leaseEnd({ clock, overdueMs }: OperationPorts): string {
  return new Date(clock.now().getTime() + overdueMs).toISOString();
}

/** What waits for a person keeps its time: an answer that comes too late is none. */
function atRest({ leaseUntil: _, ...operation }: Operation, leaves: boolean): Operation {
  return leaves && operation.stage === "telling" ? { ...operation, leftToApp: true } : operation;
}

/** What the effect showed; whatever it throws is trouble, never the end. */
async function perform(effect: Effect, operation: Operation, ports: OperationPorts): Promise<Observation> {
  try {
    if ("step" in effect) return await performStep(effect, operation, ports);
    switch (effect.do) {
      case "claim": {
        const claim = await ports.releases.claim(operation);
        if (claim.taken) return { saw: "claimed" };
        if (operation.kind === "rollback") await giveWay(operation, claim.by, ports);
        return { saw: "busy", by: claim.by };
      }
      case "smoke":
        if (!ports.smoke) throw new Error("Nobody here runs smoke suites.");
        return { saw: "smoked", ...(await ports.smoke(operation)) };
      case "settle": {
        const change = await ports.releases.settle(operation, (known) =>
          settlementOf(operation, known, ports.clock.now()),
        );
        return change.settled ? { saw: "settled" } : { saw: "fenced", by: change.by };
      }
      case "tell":
        if (!ports.tell) throw new Error(`Nobody here tells the ${effect.part}.`);
        return { saw: "told", part: effect.part, ...(await ports.tell(effect.part, operation)) };
      case "wait":
        await ports.clock.sleep(effect.ms);
        return { saw: "start" };
      default:
        return { saw: "start" };
    }
  } catch (thrown) {
    const retryAfterMs = thrown instanceof RetryAfterError ? { retryAfterMs: thrown.retryAfterMs } : {};
    const lasting = thrown instanceof InvalidInputError ? { lasting: true } : {};
    return { saw: "trouble", reason: messageOf(thrown), ...retryAfterMs, ...lasting };
  }
}

type StepEffect = Extract<Effect, { step: number }>;

async function performStep(effect: StepEffect, operation: Operation, ports: OperationPorts): Promise<Observation> {
  const { step: index } = effect;
  const step = operation.steps[index];
  if (!step) throw new Error(`Operation ${operation.operationId} has no step ${index}.`);
  const targets = await ports.targets({ id: operation.repositoryId, fullName: operation.repository });
  const port = targets[step.target.kind];
  switch (effect.do) {
    case "read":
      return { saw: "world", step: index, pointer: await port.read(step.target) };
    case "flip": {
      const { to, expected } = effect;
      return { saw: "flip", step: index, result: await port.flip(step.target, to, expected, step.resume) };
    }
    case "prepare":
      return { saw: "prepared", step: index, result: await prepare(port, step) };
    case "check":
      return { saw: "candidate", step: index, result: await port.probe(step.target, required(step)) };
    case "probe":
      // Part of the proof: a session on the bad version is not back.
      if (operation.kind === "rollback" && step.target.stopSessions)
        await port.stopSessions?.(step.target, required(step));
      return { saw: "probe", step: index, result: await port.probe(step.target, required(step)) };
  }
}

function prepare(port: TargetPort, { target, spec, resume }: OperationStep) {
  if (!port.prepare || !spec) throw new Error(`A ${target.kind} needs nothing made for it.`);
  return port.prepare(target, spec, resume);
}

function required({ to, target }: OperationStep) {
  if (!to) throw new Error(`Nothing says what ${target.alias} shall serve.`);
  return to;
}
