const minuteMs = 60_000;

export interface RateLimit {
  limit: number;
  remaining: number;
  /** Until the oldest call of the minute leaves it; 0 where there is room. */
  retryAfterMs: number;
}

/** A sliding minute. */
export function createRateLimiter(perMinute: number, now: () => number): { take(): RateLimit } {
  let taken: number[] = [];
  return {
    take() {
      const time = now();
      taken = taken.filter((at) => time - at < minuteMs);
      const [oldest] = taken;
      if (oldest !== undefined && taken.length >= perMinute) {
        return { limit: perMinute, remaining: 0, retryAfterMs: Math.max(1, oldest + minuteMs - time) };
      }
      taken.push(time);
      return { limit: perMinute, remaining: perMinute - taken.length, retryAfterMs: 0 };
    },
  };
}
