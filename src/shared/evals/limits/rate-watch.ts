import type { RateHeaders } from "./limiter.ts";

/** Limits of providers hold for a minute at most [Azure OpenAI: quota]. */
const minuteMs = 60_000;
/** Calls that began and ended within this: more of them than a limit counts, and it counts what is in flight. */
const shortMs = 1000;
const longestPauseMs = 60_000;

/** Watches what is left of a deployment's limits, and says how long to leave the rest to production. */
export interface RateWatch {
  /**
   * Milliseconds for which nothing new may begin; 0: go on. `inFlight`: the most calls that were under way beside the
   * answered one, itself among them: what is used and no more than those may be nothing else.
   */
  pauseAfter(rate: RateHeaders, productionShare: number, now: number, inFlight?: number): number;
}

/**
 * Azure names a limit by the minute and counts down one of ten seconds, others the reverse, and some name what is left
 * alone: the whole is therefore the most that was ever seen left, never above the named limit.
 */
export function createRateWatch(): RateWatch {
  const most = { requests: 0, tokens: 0 };
  let ended: number[] = [];

  function missing(kind: "requests" | "tokens", left: number | undefined, limit: number | undefined, share: number) {
    if (left === undefined) return 0;
    most[kind] = Math.max(most[kind], left);
    const whole = Math.min(limit ?? Number.POSITIVE_INFINITY, most[kind] + 1);
    return Math.max(0, (share * whole - left) / Math.max(1, whole));
  }

  return {
    pauseAfter(rate, productionShare, now, inFlight = 0) {
      ended = ended.filter((at) => now - at < shortMs);
      ended.push(now);
      const used = (rate.limitRequests ?? most.requests + 1) - (rate.remainingRequests ?? 0);
      const countsInFlight = ended.length > used + 1 || used <= inFlight;
      const requests = countsInFlight
        ? 0
        : missing("requests", rate.remainingRequests, rate.limitRequests, productionShare);
      const tokens = missing("tokens", rate.remainingTokens, rate.limitTokens, productionShare);
      const part = Math.max(requests, tokens);
      // A minute refills the whole: what is missing takes its part of it.
      return part > 0 ? Math.min(longestPauseMs, rate.resetMs ?? part * minuteMs) : 0;
    },
  };
}
