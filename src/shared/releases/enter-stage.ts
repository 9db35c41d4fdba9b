import { type At, type Next, nextRelease } from "./next-release.ts";
import type { Operation, OperationStep, Outcome, Stage, StageTimes } from "./operation.ts";

/** The operation in its next stage, and what that does first. */
export function enter(operation: Operation, stage: Stage, at: At, what?: string): Next {
  const entered = { ...noted(operation, at, what ?? stage), stage, deadline: deadlineOf(operation, stage, at) };
  return nextRelease(entered, { saw: "start" }, at);
}

/** With a line in the timeline. */
export function noted(operation: Operation, { now }: At, what: string): Operation {
  return { ...operation, timeline: [...operation.timeline, { at: now.toISOString(), what }] };
}

export function withStep(operation: Operation, index: number, change: Partial<OperationStep>): Operation {
  const steps = operation.steps.map((step, i) => (i === index ? { ...step, ...change } : step));
  return { ...operation, steps };
}

/** `withStep` for a step that loses something too. */
export function replaceStep(operation: Operation, index: number, step: OperationStep): Operation {
  return { ...operation, steps: operation.steps.map((one, i) => (i === index ? step : one)) };
}

/** A person is asked: with what was found, and what an answer does. */
export function hold(operation: Operation, reason: string, at: At): Next {
  return enter({ ...operation, reason }, "held", at, `held: ${reason}`);
}

/** It is over as far as the targets go. */
export function settle(operation: Operation, outcome: Outcome, reason: string | undefined, at: At): Next {
  const ended = { ...operation, outcome, ...(reason === undefined ? {} : { reason }) };
  return enter(ended, "settling", at, reason === undefined ? outcome : `${outcome}: ${reason}`);
}

/** Waits, and not beyond the stage's deadline. */
export function wait(operation: Operation, ms: number, { now }: At): Next {
  const left = Date.parse(operation.deadline) - now.getTime();
  return { operation, effect: { do: "wait", ms: Math.max(0, Math.min(ms, left)) } };
}

export function isLate({ deadline }: Operation, { now }: At): boolean {
  return now.toISOString() >= deadline;
}

export function deadlineOf({ steps }: Operation, stage: Stage, { now, times }: At): string {
  const inPlace = steps.some(({ target }) => target.kind === "inPlace");
  return new Date(now.getTime() + limitOf(stage, inPlace, times)).toISOString();
}

function limitOf(stage: Stage, inPlace: boolean, times: StageTimes): number {
  const limits: Record<Stage, number> = {
    claiming: times.claimMs,
    preparing: times.prepareMs,
    smoking: times.smokeMs,
    preflight: times.preflightMs,
    flipping: inPlace ? times.flipInPlaceMs : times.flipMs,
    undoing: inPlace ? times.flipInPlaceMs : times.flipMs,
    verifying: times.verifyMs,
    settling: times.settleMs,
    telling: times.tellMs,
    held: times.heldMs,
    closed: 0,
  };
  return limits[stage];
}
