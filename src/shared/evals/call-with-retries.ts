import type { Clock } from "../clock.ts";
import { messageOf } from "../errors.ts";
import type { CallOutcome, Limiter, RateHeaders } from "./limits/limiter.ts";
import type { Silence } from "./silence.ts";

/** Any provider's answer, as far as trying again is concerned. */
type Answer =
  | { kind: "answer"; rate?: RateHeaders }
  | { kind: "rateLimited"; retryAfterMs: number; reason: string; rate?: RateHeaders }
  | { kind: "failed"; reason: string; retryable: boolean; rate?: RateHeaders };

/** `more`: the time was up; `stopped`: nobody wants the answer any more. */
export interface CallEnded {
  ended: "more" | "stopped";
}

export interface CallPorts {
  clock: Clock;
  /** 0 ≤ x < 1, for jitter. */
  random(): number;
  mayCall?(): Promise<boolean>;
  limiter?: Limiter;
  /**
   * Since when (milliseconds since the epoch) a deployment refuses all that it is asked; shared by the calls of a run, which
   * then have one patience together: a thousand cases must not wait out a storm one after the other.
   */
  refusing?: Map<string, number>;
  /** Shared by the calls of a run: once it is over, nothing is tried again. */
  silence?: Silence;
}

export interface CallLimits {
  deadline?: Date;
  patienceMs?: number;
}

/** Counted as they come. */
export interface CallCounts {
  calls: number;
  retries: number;
  rateLimited: number;
}

/** Tries of a call whose failure may pass; rate limits are not among them. */
const maxTries = 3;
const firstBackOffMs = 500;
const defaultPatienceMs = 300_000;
/** After this wait for a place it is asked again whether the answer is wanted. */
const longWaitMs = 1000;

/** One call until it has an answer. Waits where the deployment asks for it, and never beyond the run's time. */
export async function callWithRetries<T extends Answer>(
  deployment: string,
  send: () => Promise<T>,
  limits: CallLimits,
  ports: CallPorts,
  counts: CallCounts,
): Promise<T | { kind: "failed"; reason: string; retryable: boolean } | CallEnded> {
  const { clock, limiter } = ports;
  const unwanted = async () => ports.mayCall !== undefined && !(await ports.mayCall());
  const patienceMs = limits.patienceMs ?? defaultPatienceMs;
  const begun = clock.now().getTime();
  const since = Math.min(begun, ports.refusing?.get(deployment) ?? begun);
  // Whoever comes after the storm's patience still asks once.
  const until = limits.deadline?.getTime() ?? Math.max(begun + longWaitMs, since + patienceMs);
  const late = limits.deadline
    ? ({ ended: "more" } as const)
    : ({
        kind: "failed",
        retryable: true,
        reason: `the rate limit left no room for ${Math.round(patienceMs / 1000)} s`,
      } as const);
  for (let tries = 1, first = true; ; first = false) {
    const asked = clock.now().getTime();
    const slot = limiter && (await limiter.acquire(deployment, new Date(until)));
    if (limiter && !slot) return late;
    if (clock.now().getTime() - asked > longWaitMs && (await unwanted())) {
      slot?.release({ kind: "failed" });
      return { ended: "stopped" };
    }
    counts.calls++;
    if (!first) counts.retries++;
    const answer = await send().catch((thrown: unknown) => {
      return { kind: "failed" as const, retryable: false, reason: messageOf(thrown) };
    });
    slot?.release(outcomeOf(answer));
    if (answer.kind === "rateLimited") {
      counts.rateLimited++;
      if (!ports.refusing?.has(deployment)) ports.refusing?.set(deployment, clock.now().getTime());
    } else ports.refusing?.delete(deployment);
    const unanswered = answer.kind === "failed" && answer.retryable;
    if (!unanswered) ports.silence?.heard(deployment);
    if (answer.kind === "answer" || (answer.kind === "failed" && !answer.retryable)) return answer;
    if (unanswered && (tries++ >= maxTries || ports.silence?.over() !== undefined)) {
      ports.silence?.unanswered(deployment, answer.reason);
      return answer;
    }
    const wait = answer.kind === "rateLimited" ? answer.retryAfterMs : firstBackOffMs * 2 ** (tries - 2);
    const jittered = wait * (1 + 0.25 * ports.random());
    if (clock.now().getTime() + jittered > until) return late;
    await clock.sleep(jittered);
    // A head may be superseded during a long wait.
    if (await unwanted()) return { ended: "stopped" };
    if (unanswered && ports.silence?.over() !== undefined) return answer;
  }
}

function outcomeOf(answer: Answer): CallOutcome {
  const rate = answer.rate ? { rate: answer.rate } : {};
  if (answer.kind === "rateLimited") return { kind: "rateLimited", retryAfterMs: answer.retryAfterMs, ...rate };
  return { kind: answer.kind === "answer" ? "answered" : "failed", ...rate };
}
