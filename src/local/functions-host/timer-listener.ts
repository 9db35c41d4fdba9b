import { Cron } from "croner";
import type { Invocation } from "./invoke.ts";

export interface TimerListener {
  stop(): Promise<void>;
}

/** Fires at every time of a six-field NCRONTAB in UTC; a run that is still going swallows the times that it covers. */
export function startTimerListener(
  schedule: string,
  invoke: (invocation: Invocation) => Promise<unknown>,
  onFailure: (message: string) => void,
): TimerListener {
  if (schedule.trim().split(/\s+/).length !== 6)
    throw new Error(`"${schedule}" is no NCRONTAB expression of six fields.`);
  let running: Promise<unknown> = Promise.resolve();
  let last: Date | undefined;
  const job = new Cron(schedule, { timezone: "UTC", protect: true, mode: "6-part" }, async () => {
    const invocation = timerInvocation(last, job.nextRun() ?? undefined);
    last = new Date();
    running = invoke(invocation).catch((thrown: unknown) => onFailure(`timer ${schedule} failed: ${String(thrown)}`));
    await running;
  });
  return {
    async stop() {
      job.stop();
      await running;
    },
  };
}

export function timerInvocation(last: Date | undefined, next: Date | undefined): Invocation {
  const never = "0001-01-01T00:00:00";
  const status = {
    Last: last?.toISOString() ?? never,
    Next: next?.toISOString() ?? never,
    LastUpdated: last?.toISOString() ?? never,
  };
  return {
    data: { json: JSON.stringify({ Schedule: { AdjustForDST: true }, ScheduleStatus: status, IsPastDue: false }) },
  };
}
