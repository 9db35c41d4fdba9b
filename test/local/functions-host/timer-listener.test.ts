import { afterEach, expect, test } from "vitest";
import { createTimerListener, type TimerListener } from "../../../src/local/functions-host/timer-listener.ts";
import { createManualClock } from "../../support/manual-clock.ts";

interface TimerInput {
  ScheduleStatus: { Last: string; Next: string } | null;
  IsPastDue: boolean;
}

const listeners: TimerListener[] = [];
afterEach(async () => {
  for (const listener of listeners.splice(0)) await listener.stop(AbortSignal.abort());
});

function play(options: { schedule?: string; runOnStartup?: boolean; run?: () => Promise<void> } = {}) {
  const clock = createManualClock("2026-11-21T10:00:30.000Z");
  const fired: { at: string; input: TimerInput }[] = [];
  const listener = createTimerListener({
    schedule: options.schedule ?? "0 * * * * *",
    runOnStartup: options.runOnStartup ?? false,
    useMonitor: true,
    clock,
    async invoke({ data }) {
      fired.push({ at: clock.now().toISOString().slice(11, 19), input: JSON.parse(data.json ?? "") });
      await options.run?.();
    },
  });
  listener.start();
  listeners.push(listener);
  const pass = async (seconds: number) => {
    for (let n = 0; n < seconds; n++) await clock.advance(1000);
  };
  return { clock, fired, listener, pass, times: () => fired.map(({ at }) => at) };
}

test("it fires at its times, never at the start, and tells the last and this one", async () => {
  const { fired, pass, times } = play();
  expect(times()).toEqual([]);
  await pass(150);
  expect(times()).toEqual(["10:01:00", "10:02:00", "10:03:00"]);
  expect(fired[0]?.input.ScheduleStatus).toMatchObject({
    Last: "0001-01-01T00:00:00",
    Next: "2026-11-21T10:01:00.000Z",
  });
  expect(fired[1]?.input.ScheduleStatus).toMatchObject({
    Last: "2026-11-21T10:01:00.000Z",
    Next: "2026-11-21T10:02:00.000Z",
  });
  expect(fired.map(({ input }) => input.IsPastDue)).toEqual([false, false, false]);
});

test("it fires at the start where it is told to", async () => {
  const { times, pass } = play({ runOnStartup: true });
  expect(times()).toEqual(["10:00:30"]);
  await pass(30);
  expect(times()).toEqual(["10:00:30", "10:01:00"]);
});

test("a run that is still going swallows the times that it covers", async () => {
  const first = Promise.withResolvers<void>();
  const { times, pass } = play({ schedule: "*/10 * * * * *", run: () => first.promise });
  await pass(35);
  expect(times()).toEqual(["10:00:40"]);
  first.resolve();
  await pass(10);
  expect(times()).toEqual(["10:00:40", "10:01:10"]);
});

test("a run that fails does not end the timer", async () => {
  const { times, pass } = play({ schedule: "*/10 * * * * *", run: () => Promise.reject(new Error("no")) });
  await pass(20);
  expect(times()).toEqual(["10:00:40", "10:00:50"]);
});

test("after the machine slept it fires once, past due", async () => {
  const { clock, fired, times } = play();
  await clock.advance(600_000);
  expect(times()).toEqual(["10:10:30"]);
  expect(fired[0]?.input.IsPastDue).toBe(true);
});

test("schedules of less than a minute have no status, as in Azure", async () => {
  const { fired, pass } = play({ schedule: "*/30 * * * * *" });
  await pass(30);
  expect(fired[0]?.input.ScheduleStatus).toBe(null);
});

test("it is silent once it was stopped", async () => {
  const { listener, pass, times } = play();
  await listener.stop(AbortSignal.timeout(1000));
  await pass(120);
  expect(times()).toEqual([]);
});
