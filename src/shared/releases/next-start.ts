import { deadlineOf, enter, hold, isLate, noted, replaceStep, settle, wait, withStep } from "./enter-stage.ts";
import type { At, Next, Observation } from "./next-release.ts";
import type { Operation, OperationStep } from "./operation.ts";
import { readinessOf } from "./readiness.ts";
import { targetKey } from "./release-state.ts";
import type { PrepareResult } from "./target-port.ts";

/** Before anything that is served changes: the targets are taken, what shall serve is made and tried. */
export function nextStart(operation: Operation, observation: Observation, at: At): Next {
  // Nothing is made or flipped yet, so that a promotion ends without loss; a rollback looks for another way.
  if (observation.saw === "trouble" && observation.lasting && operation.kind === "promote")
    return operation.stage === "claiming"
      ? notBegun(operation, observation.reason, at)
      : settle(operation, "failed", observation.reason, at);
  if (observation.saw === "trouble" && !isLate(operation, at))
    return wait(operation, observation.retryAfterMs ?? at.times.againMs, at);
  const reason = observation.saw === "trouble" ? observation.reason : undefined;
  switch (operation.stage) {
    case "preparing":
      return nextPrepare(operation, observation, reason, at);
    case "smoking":
      return nextSmoke(operation, observation, reason, at);
    case "preflight":
      return nextPreflight(operation, observation, reason, at);
    default:
      return nextClaim(operation, observation, reason, at);
  }
}

function nextClaim(operation: Operation, observation: Observation, trouble: string | undefined, at: At): Next {
  if (observation.saw === "claimed") {
    const { reason: _, ...claimed } = operation;
    return enter(claimed, isRollback(operation) ? "preflight" : "preparing", at);
  }
  const reason = observation.saw === "busy" ? `${observation.by} has its targets` : (trouble ?? operation.reason);
  if (isLate(operation, at)) return notBegun(operation, reason ?? "it was not taken up in time", at);
  if (observation.saw === "busy") return wait({ ...operation, reason }, at.times.againMs, at);
  return { operation, effect: { do: "claim" } };
}

/** Nothing has changed and no target was taken, so there is nothing to settle. */
function notBegun(operation: Operation, reason: string, at: At): Next {
  if (isRollback(operation)) return hold(operation, reason, at);
  return enter({ ...operation, outcome: "failed", reason }, "telling", at, `failed: ${reason}`);
}

function nextPrepare(operation: Operation, observation: Observation, trouble: string | undefined, at: At): Next {
  if (observation.saw === "prepared") return afterPrepare(operation, observation.step, observation.result, at);
  if (trouble !== undefined || isLate(operation, at)) {
    return settle(operation, "failed", trouble ?? notMade(operation), at);
  }
  const step = operation.steps.findIndex(({ to, spec }) => to === undefined && spec !== undefined);
  if (step >= 0) return { operation, effect: { do: "prepare", step } };
  const lost = operation.steps.find(({ to }) => to === undefined);
  if (lost) return settle(operation, "failed", `nothing says what ${lost.target.alias} shall serve`, at);
  return enter(operation, "smoking", at);
}

function afterPrepare(operation: Operation, step: number, result: PrepareResult, at: At): Next {
  const alias = operation.steps[step]?.target.alias;
  if (result.kind === "done") {
    const { resume: _, reason: _waited, ...prepared } = { ...stepOf(operation, step), to: result.pointer };
    const next = noted(replaceStep(operation, step, prepared), at, `${alias}: made beside what serves`);
    return nextPrepare(next, { saw: "start" }, undefined, at);
  }
  if (result.kind === "conflict") return settle(operation, "failed", `${alias}: ${result.reason}`, at);
  const reason = result.kind === "refused" ? `${result.code}: ${result.reason}` : stepOf(operation, step).reason;
  const waiting = reason === undefined ? operation : withStep(operation, step, { reason });
  if (isLate(operation, at)) return settle(waiting, "failed", notMade(waiting), at);
  if (result.kind === "pending")
    return wait(withStep(waiting, step, { resume: result.resume }), result.retryAfterMs, at);
  if (result.retryAfterMs === undefined) return settle(waiting, "failed", `${alias}: ${reason}`, at);
  return wait(waiting, result.retryAfterMs, at);
}

/** With what kept it waiting: a person has to know what to wait for. */
function notMade({ steps }: Operation): string {
  const open = steps.find(({ to, reason }) => to === undefined && reason !== undefined);
  return open
    ? `${open.target.alias}: it was not made in time; at last: ${open.reason}`
    : "what shall serve was not made in time";
}

function nextSmoke(operation: Operation, observation: Observation, trouble: string | undefined, at: At): Next {
  if (observation.saw === "smoked") {
    const { reason: _, ...tried } = operation;
    if (observation.verdict === "pass") return enter(tried, "flipping", at, `smoke suites: ${observation.reason}`);
    if (observation.verdict === "fail") return settle(operation, "failed", observation.reason, at);
    if (!isLate(operation, at)) return wait({ ...operation, reason: observation.reason }, at.times.againMs, at);
    return settle(operation, "failed", notInTime(observation.reason), at);
  }
  if (isLate(operation, at)) return settle(operation, "failed", notInTime(trouble ?? operation.reason), at);
  return { operation, effect: { do: "smoke" } };
}

function notInTime(last: string | undefined): string {
  return `nothing showed in time that what was made can serve${last === undefined ? "" : `; at last: ${last}`}`;
}

/** The first destination whose every target can serve; a call shows it, not a record. */
function nextPreflight(operation: Operation, observation: Observation, trouble: string | undefined, at: At): Next {
  const destination = operation.destinations[operation.destination];
  if (!destination) return hold(operation, noWayBack(operation), at);
  if (observation.saw === "candidate") {
    const { ready: verdict, reason } = readinessOf(observation.result);
    if (verdict === "yes") return nextPreflight(ready(operation, observation.step), { saw: "start" }, undefined, at);
    // What was seen last is the reason: after a wait that ends with the stage it would be forgotten.
    const leftMs = Date.parse(operation.deadline) - at.now.getTime();
    if (verdict === "unknown" && leftMs > at.times.againMs) return wait(operation, at.times.againMs, at);
    if (verdict === "unknown" && operation.approved) return goOnUnshown(operation, observation.step, reason, at);
    return nextDestination(operation, reason, at);
  }
  const step = operation.steps.findIndex((one) => one.ready !== true);
  const pointer = step < 0 ? undefined : destination.pointers[targetKey(stepOf(operation, step).target)];
  if (isLate(operation, at)) {
    const reason = trouble ?? "it did not answer in time";
    if (!operation.approved || !pointer) return nextDestination(operation, reason, at);
    return goOnUnshown(withStep(operation, step, { to: pointer }), step, reason, at);
  }
  if (step < 0) return enter(operation, "flipping", at, `back to ${destination.releaseId}${canServe(operation)}`);
  if (!pointer) return nextDestination(operation, "it does not know what the target served", at);
  const aimed = withStep(operation, step, { to: pointer });
  // One deployment holds both: a call would be answered by what is to be taken back.
  if (pointer.kind === "inPlace") return nextPreflight(ready(aimed, step), { saw: "start" }, undefined, at);
  return { operation: aimed, effect: { do: "check", step } };
}

/** No evidence is neither for nor against: a person who has heard of it may go on, and what is flipped has to be shown all the same. */
function goOnUnshown(operation: Operation, step: number, reason: string, at: At): Next {
  const what = `${stepOf(operation, step).target.alias}: no call has shown that it can serve (${reason}); a person says to go on`;
  const next = noted(ready(operation, step), at, what);
  return nextPreflight({ ...next, deadline: deadlineOf(next, "preflight", at) }, { saw: "start" }, undefined, at);
}

const canServe = ({ approved }: Operation) => (approved ? "" : ", which can serve");

function ready(operation: Operation, step: number): Operation {
  return withStep(operation, step, { ready: true });
}

function nextDestination(operation: Operation, reason: string, at: At): Next {
  const { destinations, destination } = operation;
  const steps = operation.steps.map(({ ready: _ready, to: _to, ...step }) => step);
  const what = `${destinations[destination]?.releaseId} cannot serve: ${reason}`;
  return enter({ ...operation, destination: destination + 1, steps, reason: what }, "preflight", at, what);
}

function noWayBack({ reason, noDestination }: Operation): string {
  return `no way back: ${reason ?? noDestination ?? "no release before it was verified"}`;
}

const isRollback = ({ kind }: Operation) => kind === "rollback";

function stepOf(operation: Operation, index: number): OperationStep {
  const step = operation.steps[index];
  if (!step) throw new Error(`Operation ${operation.operationId} has no step ${index}.`);
  return step;
}
