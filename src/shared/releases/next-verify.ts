import { enter, isLate, noted, settle, wait, withStep } from "./enter-stage.ts";
import type { At, Next, Observation } from "./next-release.ts";
import type { Operation } from "./operation.ts";
import type { ProbeResult } from "./target-port.ts";

/** A call to each target that was flipped; what it answers with, not what was written, is the proof. */
export function nextVerify(operation: Operation, observation: Observation, at: At): Next {
  if (observation.saw === "probe") return afterProbe(operation, observation.step, observation.result, at);
  if (isLate(operation, at)) return late(operation, observation.saw === "trouble" ? observation.reason : undefined, at);
  if (observation.saw === "trouble") return wait(operation, observation.retryAfterMs ?? at.times.againMs, at);
  const step = operation.steps.findIndex(({ state }) => state === "flipped");
  return step < 0 ? verified(operation, at) : { operation, effect: { do: "probe", step } };
}

function afterProbe(operation: Operation, index: number, result: ProbeResult, at: At): Next {
  const alias = operation.steps[index]?.target.alias;
  if (result.kind === "answered" && result.asExpected === true) {
    const next = withStep(operation, index, { state: "verified" });
    return nextVerify(noted(next, at, `${alias}: a call was answered by ${result.served}`), { saw: "start" }, at);
  }
  const reason = `${alias}: ${unproven(result)}`;
  if (isLate(operation, at) || result.kind === "gone") return late({ ...operation, reason }, reason, at);
  return wait({ ...operation, reason }, again(result) ?? at.times.againMs, at);
}

function again(result: ProbeResult): number | undefined {
  return result.kind === "unknown" ? result.retryAfterMs : undefined;
}

/** Without a call that shows it a promotion does not stand; a rollback does, and a person is told. */
function late(operation: Operation, reason: string | undefined, at: At): Next {
  const why = reason ?? operation.reason ?? "no call showed what is served";
  if (operation.kind === "promote") return enter({ ...operation, reason: why }, "undoing", at, why);
  return settle(operation, someFailed(operation) ? "partiallyRolledBack" : "unverified", why, at);
}

function verified(operation: Operation, at: At): Next {
  if (operation.kind === "rollback" && someFailed(operation))
    return settle(operation, "partiallyRolledBack", undefined, at);
  // What stood in the way for a while is in the timeline; it is not why this ended as it did.
  const { reason: _, ...well } = operation;
  return settle(well, operation.kind === "promote" ? "promoted" : "rolledBack", undefined, at);
}

function someFailed({ steps }: Operation): boolean {
  return steps.some(({ state }) => state === "failed");
}

function unproven(result: ProbeResult): string {
  if (result.kind === "answered")
    return result.asExpected === false ? `${result.served} still answers` : "the answer does not say who gave it";
  return result.kind === "gone" ? `${result.code}: ${result.reason}` : result.reason;
}
