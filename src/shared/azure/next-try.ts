import type { Refused } from "../releases/target-port.ts";

/** Why a call to Azure did not do its work. */
export interface AzureFailure {
  /** 0: no answer. */
  status: number;
  code: string;
  message: string;
  retryAfterMs?: number | undefined;
}

/** The account is at work for somebody else, whose operation is never cancelled. */
const conflictWaitsMs = [2000, 4000, 8000, 15_000, 15_000];
const outageWaitsMs = [1000, 2000, 4000];
const lastOf = (waits: readonly number[]) => waits.at(-1) ?? 0;

/** What a failure is to whoever asked: when to ask again, or never. Reference: releases-and-alerts §3.5, §3.7. */
export function waitAfter(failure: AzureFailure, tries: number, random: () => number): number | undefined {
  const { status, code, retryAfterMs } = failure;
  // Asked again before its time, ARM only names a new one.
  if (retryAfterMs !== undefined && (status === 429 || status === 503)) return jittered(retryAfterMs, random);
  if (status === 429) return jittered(1000 * 2 ** Math.min(tries, 6), random);
  if (status === 409 && isPassing(failure)) return jittered(conflictWaitsMs[tries] ?? lastOf(conflictWaitsMs), random);
  if (status === 0 || status === 408 || (status >= 500 && status !== 501 && status !== 505))
    return jittered(outageWaitsMs[tries] ?? lastOf(outageWaitsMs), random);
  // A new token was tried already; roles that were given a moment ago are seen within minutes.
  return code === "AuthorizationFailed" && tries === 0 ? jittered(lastOf(conflictWaitsMs), random) : undefined;
}

/** As a caller gets it, with the time after which it may ask again. */
export function refusalOf(failure: AzureFailure, retryAfterMs: number | undefined): Refused {
  const { status, code, message } = failure;
  const reason = `${status || "no answer"}: ${message}`.slice(0, 500);
  return { kind: "refused", code, reason, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) };
}

/** 409 also says "exists already", which passes by no waiting. */
function isPassing({ code, message }: AzureFailure): boolean {
  return code === "RequestConflict" || /another operation|not terminal/i.test(message);
}

/** Up to a fifth more, never less: two that were sent away together do not come back together. */
function jittered(ms: number, random: () => number): number {
  return Math.ceil(ms * (1 + random() / 5));
}
