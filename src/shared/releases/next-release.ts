import { nextEnd } from "./next-end.ts";
import { nextFlip } from "./next-flip.ts";
import { nextStart } from "./next-start.ts";
import { nextVerify } from "./next-verify.ts";
import type { Operation, StageTimes, TellPart } from "./operation.ts";
import type { FlipResult, Pointer, PrepareResult, ProbeResult } from "./target-port.ts";

/** What is to be done next; the operation that asks for it is stored first. Steps are told by their place. */
export type Effect =
  /** Takes the targets, so that no other operation changes them meanwhile. */
  | { do: "claim" }
  | { do: "prepare"; step: number }
  | { do: "smoke" }
  /** Whether what a rollback leads to can serve. */
  | { do: "check"; step: number }
  | { do: "read"; step: number }
  | { do: "flip"; step: number; to: Pointer; expected: Pointer | undefined }
  | { do: "probe"; step: number }
  /** Writes what the operation came to, quarantines, and lets go of the targets. */
  | { do: "settle" }
  | { do: "tell"; part: TellPart }
  | { do: "wait"; ms: number }
  /** It is over, or waits for a person. */
  | { do: "nothing" };

export type Observation =
  /** A worker takes it up, or a wait is over. */
  | { saw: "start" }
  | { saw: "claimed" }
  | { saw: "busy"; by: string }
  | { saw: "prepared"; step: number; result: PrepareResult }
  | { saw: "smoked"; verdict: "pass" | "fail" | "running"; reason: string }
  | { saw: "candidate"; step: number; result: ProbeResult }
  | { saw: "world"; step: number; pointer: Pointer | undefined }
  | { saw: "flip"; step: number; result: FlipResult }
  | { saw: "probe"; step: number; result: ProbeResult }
  | { saw: "settled" }
  /** The targets are no longer this operation's. */
  | { saw: "fenced"; by: string }
  | { saw: "told"; part: TellPart; link?: string }
  /** The effect threw. */
  /** `lasting`: what was asked for is wrong, and no time mends it. */
  | { saw: "trouble"; reason: string; retryAfterMs?: number; lasting?: boolean }
  /** A person's answer to an operation that is held. */
  | { saw: "word"; by: string; approve: true }
  | { saw: "word"; by: string; approve: false; reason: string };

export interface Next {
  operation: Operation;
  effect: Effect;
}

export interface At {
  now: Date;
  times: StageTimes;
}

/**
 * What an operation does next, of what it saw: pure, so that a rollback in production, in the proof, from a laptop and in a
 * replay is the same. It never writes to a target that it has not read since it was taken up, and only over what it expects
 * to find; what somebody else changed is held for a person.
 */
export function nextRelease(operation: Operation, observation: Observation, at: At): Next {
  switch (operation.stage) {
    case "claiming":
    case "preparing":
    case "smoking":
    case "preflight":
      return nextStart(operation, observation, at);
    case "flipping":
    case "undoing":
      return nextFlip(operation, observation, at);
    case "verifying":
      return nextVerify(operation, observation, at);
    case "settling":
    case "telling":
    case "held":
    case "closed":
      return nextEnd(operation, observation, at);
  }
}
