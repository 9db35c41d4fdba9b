import { isRestError } from "@azure/core-rest-pipeline";
import type { Clock } from "../clock.ts";
import { messageOf, PermanentError, RetryAfterError } from "../errors.ts";
import type { Refused } from "../releases/target-port.ts";
import { type AzureFailure, refusalOf, waitAfter } from "./next-try.ts";

export interface Patience {
  clock: Clock;
  random: () => number;
  /** For how long a call is tried again before whoever asked is told to come back. */
  patienceMs: number;
}

/** Waits and tries again as long as patience and the provider's own word allow; what is left is a refusal. */
export async function persist<T>(work: () => Promise<T>, options: Patience): Promise<T | Refused> {
  const { clock, random, patienceMs } = options;
  const until = clock.now().getTime() + patienceMs;
  for (let tries = 0; ; tries++) {
    try {
      return await work();
    } catch (thrown) {
      const failure = failureOf(thrown, clock.now());
      const waitMs = waitAfter(failure, tries, random);
      if (waitMs === undefined || clock.now().getTime() + waitMs > until) return refusalOf(failure, waitMs);
      await clock.sleep(waitMs);
    }
  }
}

/** For reads, whose refusal is no answer: the caller is told when to come back, or that it never need to. */
export function orThrow<T extends object>(result: T | Refused, what: string): T {
  if (!("kind" in result) || result.kind !== "refused") return result as T;
  const message = `${what} cannot be read: ${result.code}: ${result.reason}`;
  if (result.retryAfterMs === undefined) throw new PermanentError(message);
  throw new RetryAfterError(message, result.retryAfterMs);
}

/** Anything but an answer, or the want of one, is a defect of ours and thrown on. */
function failureOf(thrown: unknown, now: Date): AzureFailure {
  if (!isRestError(thrown)) throw thrown;
  const { response, statusCode = response?.status ?? 0, code } = thrown;
  const told = errorIn(response?.bodyAsText);
  const message = told?.message ?? messageOf(thrown);
  const retryAfterMs = retryAfter(response?.headers.get("retry-after"), now);
  return { status: statusCode, code: told?.code ?? code ?? `${statusCode}`, message, retryAfterMs };
}

/** `{error:{code,message}}`, with which even a 200 may say no. */
export function errorIn(text: string | null | undefined): { code: string; message: string } | undefined {
  try {
    const { error } = JSON.parse(text ?? "");
    if (typeof error !== "object" || error === null) return undefined;
    return { code: String(error.code ?? "Unknown"), message: String(error.message ?? "") };
  } catch {
    return undefined;
  }
}

/** Seconds or a date [RFC 9110 §10.2.3]. */
function retryAfter(header: string | undefined, now: Date): number | undefined {
  if (header === undefined || header.trim() === "") return undefined;
  const seconds = Number(header);
  if (Number.isFinite(seconds)) return Math.max(0, seconds * 1000);
  const date = Date.parse(header);
  return Number.isNaN(date) ? undefined : Math.max(0, date - now.getTime());
}
