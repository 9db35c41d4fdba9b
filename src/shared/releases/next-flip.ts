import { deadlineOf, enter, hold, isLate, noted, replaceStep, settle, wait, withStep } from "./enter-stage.ts";
import type { At, Next, Observation } from "./next-release.ts";
import type { Operation, OperationStep } from "./operation.ts";
import { type FlipResult, type Pointer, samePointer } from "./target-port.ts";

const unended = "the provider did not end it in time, and nobody knows whether it still will";
/** A provider that says yes and changes nothing is asked no more often. */
const mostAttempts = 3;

/** Where a step leads, and over what it may write: forward, or back to what was served before. */
interface Way {
  to: Pointer | undefined;
  over: Pointer | undefined;
  begun: "flipping" | "undoing";
  done: "flipped" | "undone";
}

/** One target after the other: read, stored intent, one write, read again. */
export function nextFlip(operation: Operation, observation: Observation, at: At): Next {
  if ("step" in observation) {
    if (observation.saw === "world") return afterRead(operation, observation.step, observation.pointer, at);
    if (observation.saw === "flip") return afterFlip(operation, observation.step, observation.result, at);
  }
  const index = nextIndex(operation);
  const step = operation.steps[index];
  if (!step) return afterAll(operation, at);
  if (observation.saw === "trouble") {
    const again = observation.retryAfterMs ?? at.times.againMs;
    if (!isLate(operation, at)) return wait(operation, again, at);
    if (step.state === "flipping" && isRollback(operation))
      return lookAgain(operation, index, observation.reason, again, at);
    return fail(operation, index, observation.reason, at);
  }
  // What is under way outside is asked for, whichever way it leads; anything else begins with a look at the world.
  const { to, over } = step.state === "flipping" ? forward(step) : wayOf(operation, step);
  if (step.resume !== undefined && to) return { operation, effect: { do: "flip", step: index, to, expected: over } };
  return { operation, effect: { do: "read", step: index } };
}

/** A write whose answer was lost may have been made: once more there is time to look, and none to write. */
function lookAgain(operation: Operation, index: number, reason: string, againMs: number, at: At): Next {
  if (operation.steps[index]?.unseen)
    return fail(operation, index, `${reason}; nobody knows whether it was changed`, at);
  const next = withStep(operation, index, { unseen: true });
  return wait({ ...next, deadline: deadlineOf(next, next.stage, at) }, againMs, at);
}

function afterRead(before: Operation, index: number, found: Pointer | undefined, at: At): Next {
  const known = before.steps[index];
  if (!known) return nextFlip(before, { saw: "start" }, at);
  const { unseen, ...step } = known;
  const operation = replaceStep(before, index, step);
  const { to, over, begun, done } = wayOf(operation, step);
  const { alias } = step.target;
  if (samePointer(found, to)) {
    const { resume: _, ...rest } = step;
    const reached = replaceStep(operation, index, { ...rest, state: done, attempts: 0 });
    const next = noted(
      { ...reached, deadline: deadlineOf(reached, reached.stage, at) },
      at,
      `${alias}: ${done}, read back`,
    );
    return nextFlip(next, { saw: "start" }, at);
  }
  if (!to) return fail(operation, index, "nothing was served before it", at);
  if (!samePointer(found, over)) return foreign(operation, index, found, at);
  if (unseen || isLate(operation, at))
    return fail(operation, index, step.reason ?? "what is served did not change in time", at);
  if (step.attempts >= mostAttempts) return fail(operation, index, `${step.attempts} writes changed nothing`, at);
  // The fence of this look: what somebody writes from now on is not written over.
  return {
    operation: withStep(operation, index, { state: begun }),
    effect: { do: "flip", step: index, to, expected: found },
  };
}

function afterFlip(operation: Operation, index: number, result: FlipResult, at: At): Next {
  const step = operation.steps[index];
  if (result.kind !== "pending" && step && operation.stage === "undoing" && step.state === "flipping") {
    // What a promotion had begun is over, however it ended: now it can be undone.
    const { resume: _, ...rest } = step;
    return nextFlip(replaceStep(operation, index, { ...rest, state: "undoing" }), { saw: "start" }, at);
  }
  if (result.kind === "done" || result.kind === "conflict") {
    // Counted where it was answered: a worker that died before may have written nothing. What went on outside is over.
    const tried = withStep(operation, index, { attempts: (step?.attempts ?? 0) + 1, resume: undefined });
    return afterRead(tried, index, result.kind === "done" ? result.pointer : result.found, at);
  }
  if (result.kind === "pending") {
    if (isLate(operation, at)) return fail(withStep(operation, index, { unseen: true }), index, unended, at);
    return wait(withStep(operation, index, { resume: result.resume }), result.retryAfterMs, at);
  }
  const { code, reason, retryAfterMs } = result;
  if (retryAfterMs === undefined || isLate(operation, at)) return fail(operation, index, `${code}: ${reason}`, at);
  // A refusal wrote nothing, and is no attempt.
  return wait(withStep(operation, index, { reason: `${code}: ${reason}` }), retryAfterMs, at);
}

/** Somebody else's change is never written over by a rollback, and ends a promotion. */
function foreign(operation: Operation, index: number, found: Pointer | undefined, at: At): Next {
  const step = operation.steps[index];
  const who =
    operation.kind === "promote"
      ? "neither what was there when this was planned nor where it leads: another release, or somebody, changed it meanwhile"
      : "neither what was released nor where this leads: it was changed by hand";
  const reason = `${step?.target.alias} serves ${told(found)}, which is ${who}`;
  if (operation.stage === "flipping" && operation.kind === "rollback")
    return hold(found ? withStep(operation, index, { found }) : operation, reason, at);
  return fail(operation, index, reason, at);
}

function fail(operation: Operation, index: number, reason: string, at: At): Next {
  const step = operation.steps[index];
  if (!step) return nextFlip(operation, { saw: "start" }, at);
  const why = `${step.target.alias}: ${reason}`;
  const next = noted({ ...operation, reason: why }, at, `failed: ${why}`);
  if (operation.stage === "flipping" && operation.kind === "promote") {
    // Once a write may have been tried the target is read again before it counts as untouched.
    const state = step.state === "waiting" ? "waiting" : "flipping";
    return enter(withStep(next, index, { state, attempts: 0, reason }), "undoing", at);
  }
  const { resume: _, ...rest } = step;
  const failed = replaceStep(next, index, { ...rest, state: "failed", reason });
  return nextFlip({ ...failed, deadline: deadlineOf(failed, failed.stage, at) }, { saw: "start" }, at);
}

function afterAll(operation: Operation, at: At): Next {
  const { steps, reason } = operation;
  if (operation.stage === "flipping") {
    if (steps.some(({ state }) => state === "flipped" || state === "verified"))
      return enter(operation, "verifying", at);
    return settle(operation, steps.some(({ unseen }) => unseen) ? "partiallyRolledBack" : "failed", reason, at);
  }
  const back = steps.every(({ state }) => state === "waiting" || state === "undone");
  // What nothing was written of has nothing to take back, and its files nothing to revert.
  const untouched = steps.every(({ state }) => state === "waiting");
  return settle(operation, untouched ? "failed" : back ? "undone" : "partiallyRolledBack", reason, at);
}

/** Forward in the plan's order; back in reverse, and only what was touched. */
function nextIndex({ stage, steps }: Operation): number {
  if (stage === "flipping") return steps.findIndex(({ state }) => state === "waiting" || state === "flipping");
  return steps.findLastIndex(({ state }) => state !== "waiting" && state !== "undone" && state !== "failed");
}

function wayOf({ stage }: Operation, { from, to }: OperationStep): Way {
  return stage === "undoing" ? { to: from, over: to, begun: "undoing", done: "undone" } : forward({ from, to });
}

function forward({ from, to }: Pick<OperationStep, "from" | "to">): Way {
  return { to, over: from, begun: "flipping", done: "flipped" };
}

const isRollback = ({ kind }: Operation) => kind === "rollback";

function told(pointer: Pointer | undefined): string {
  if (!pointer) return "nothing";
  if (pointer.kind === "agent")
    return pointer.rules.map((rule) => `version ${rule.version} at ${rule.percentage} %`).join(", ");
  if (pointer.kind === "route" || pointer.kind === "prompt") return pointer.digest.slice(0, 12);
  return `${pointer.deployment} (${pointer.model.name} ${pointer.model.version})`;
}
