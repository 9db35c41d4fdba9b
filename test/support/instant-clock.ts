import type { Clock } from "../../src/shared/clock.ts";

/** Sleeps take no time and move it; what was slept is kept, in milliseconds. */
export function createInstantClock(start = "2026-11-21T10:00:00.000Z"): Clock & { slept: number[] } {
  let now = Date.parse(start);
  const slept: number[] = [];
  return {
    slept,
    now: () => new Date(now),
    async sleep(ms) {
      slept.push(ms);
      now += ms;
    },
  };
}
