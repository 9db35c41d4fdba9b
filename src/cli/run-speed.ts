import type { RunOutcome } from "../shared/evals/run-cases.ts";
import type { RunSpeed } from "../shared/gate/reports/run-report.ts";

/** Adds up time and CPU of the parts of a run in which calls are made; planning and judging are not among them. */
export interface Stopwatch {
  /** Returns what stops it. */
  start(): () => void;
  readonly ms: number;
  readonly cpuMs: number;
}

export function createStopwatch(): Stopwatch {
  const sum = { ms: 0, cpuMs: 0 };
  return {
    start() {
      const started = performance.now();
      const before = process.cpuUsage();
      return () => {
        const { user, system } = process.cpuUsage(before);
        sum.ms += performance.now() - started;
        sum.cpuMs += (user + system) / 1000;
      };
    },
    get ms() {
      return sum.ms;
    },
    get cpuMs() {
      return sum.cpuMs;
    },
  };
}

export function runSpeed({ calls, samples, kept }: RunOutcome, { ms, cpuMs }: Stopwatch): RunSpeed {
  const rounded = (value: number) => Number(value.toFixed(3));
  return {
    calls,
    samples,
    kept,
    seconds: rounded(ms / 1000),
    ...(calls > 0 ? { callsPerSecond: rounded(calls / (ms / 1000)) } : {}),
    cpuSeconds: rounded(cpuMs / 1000),
  };
}
