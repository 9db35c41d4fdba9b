import type { Clock } from "../../src/shared/clock.ts";

/** Time that moves only when a test moves it; sleepers wake in order. */
export interface ManualClock extends Clock {
  advance(ms: number): Promise<void>;
  /** Sleepers that wait now. */
  sleeping(): number;
}

export function createManualClock(start = "2026-11-15T10:00:00.000Z"): ManualClock {
  let now = Date.parse(start);
  let sleepers: { until: number; wake(): void }[] = [];
  return {
    now: () => new Date(now),
    sleeping: () => sleepers.length,
    sleep: (ms, signal) =>
      new Promise((resolve, reject) => {
        signal?.throwIfAborted();
        const sleeper = { until: now + ms, wake: resolve };
        sleepers.push(sleeper);
        signal?.addEventListener("abort", () => {
          sleepers = sleepers.filter((other) => other !== sleeper);
          reject(signal.reason);
        });
      }),
    async advance(ms) {
      now += ms;
      const due = sleepers.filter(({ until }) => until <= now).sort((a, b) => a.until - b.until);
      sleepers = sleepers.filter(({ until }) => until > now);
      for (const { wake } of due) wake();
      await new Promise((resolve) => setImmediate(resolve));
    },
  };
}
