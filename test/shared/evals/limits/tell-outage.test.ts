import { expect, test } from "vitest";
import { createLeasedLimiters } from "../../../../src/shared/evals/limits/leased-limiter.ts";
import { tellOutage } from "../../../../src/shared/evals/limits/tell-outage.ts";
import { createMemoryLog } from "../../../support/log.ts";
import { createManualClock } from "../../../support/manual-clock.ts";

test("bad input: a limit whose row cannot be reached is told at once and every half minute, and calls wait", async () => {
  const clock = createManualClock();
  const log = createMemoryLog();
  const limiters = createLeasedLimiters(
    { change: () => Promise.reject(new Error("connect ECONNREFUSED")) },
    {
      ...{ worker: "w", clock, reportMs: 2000, leaseMs: 10_000, firstWindow: 8 },
      failed: tellOutage(clock, () => log),
    },
  );
  let took = false;
  const until = new Date(clock.now().getTime() + 600_000);
  void limiters
    .leaving(0)
    .acquire("gpt", until)
    .then(() => {
      took = true;
    });
  const told = () => log.events.filter(({ event }) => event === "limits.unreachable").map(({ facts }) => facts);
  for (let i = 0; i < 10; i++) await clock.advance(500);
  expect(told()).toMatchObject([{ deployment: "gpt", why: "connect ECONNREFUSED" }]);
  for (let i = 0; i < 70; i++) await clock.advance(500);
  expect(told()).toHaveLength(2);
  expect(took).toBe(false);
});
