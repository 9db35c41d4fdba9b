import type { Clock } from "../../shared/clock.ts";
import type { Invocation } from "./invoke.ts";
import { parseNcrontab } from "./ncrontab.ts";
import { settledOr } from "./settled-or.ts";

export interface TimerListenerOptions {
  /** NCRONTAB of six fields, in UTC. */
  schedule: string;
  runOnStartup: boolean;
  /** Whether runs are told the schedule's status; the host does so for schedules of a minute or more alone. */
  useMonitor: boolean;
  clock: Clock;
  invoke(invocation: Invocation): Promise<unknown>;
}

export interface TimerListener {
  start(): void;
  /** What a run by hand is told. */
  manual(): Invocation;
  /** Fires no more, and waits for the run that is going, until `bound` aborts. */
  stop(bound: AbortSignal): Promise<void>;
}

/** A run later than this was due while nobody was there, e.g. while the machine slept. */
const pastDueMs = 1000;
/** No single wait is longer: a timer stands still while the machine sleeps, the clock does not. */
const longestWaitMs = 30_000;
const never = "0001-01-01T00:00:00";

/** Fires at every time of its schedule; a run that is still going swallows the times that it covers. */
export function createTimerListener(options: TimerListenerOptions): TimerListener {
  const { clock, invoke } = options;
  const schedule = parseNcrontab(options.schedule);
  const stopping = new AbortController();
  const monitored = options.useMonitor && isMonitored();
  let last: Date | undefined;
  let due = schedule.next(clock.now());
  let going: Promise<void> = Promise.resolve();

  function isMonitored(): boolean {
    const first = schedule.next(clock.now());
    const second = first && schedule.next(first);
    return !first || !second || second.getTime() - first.getTime() >= 60_000;
  }

  function invocation(isPastDue: boolean): Invocation {
    const time = (date: Date | undefined) => date?.toISOString() ?? never;
    const status = monitored ? { Last: time(last), Next: time(due), LastUpdated: time(last) } : null;
    const timer = { Schedule: { AdjustForDST: true }, ScheduleStatus: status, IsPastDue: isPastDue };
    return { data: { json: JSON.stringify(timer) } };
  }

  async function run(): Promise<void> {
    if (options.runOnStartup) await fire(clock.now(), false);
    while (due && (await reached(due))) await fire(due, clock.now().getTime() - due.getTime() > pastDueMs);
  }

  /** Whether it came to that time; false where the host is stopping. */
  async function reached(time: Date): Promise<boolean> {
    for (;;) {
      if (stopping.signal.aborted) return false;
      const wait = time.getTime() - clock.now().getTime();
      if (wait <= 0) return true;
      await clock.sleep(Math.min(wait, longestWaitMs), stopping.signal).catch(() => {});
    }
  }

  async function fire(time: Date, isPastDue: boolean): Promise<void> {
    // A failed run has told why; timers are not tried again.
    await invoke(invocation(isPastDue)).catch(() => {});
    last = time;
    due = schedule.next(new Date(Math.max(time.getTime(), clock.now().getTime())));
  }

  return {
    start() {
      going = run();
    },
    manual: () => invocation(false),
    async stop(bound) {
      stopping.abort();
      await settledOr([going], bound);
    },
  };
}
