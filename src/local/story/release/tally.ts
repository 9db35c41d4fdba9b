import type { CountedMinute } from "./story-faults.ts";

/** One call of a deployment, as its caller saw it end. */
export interface SeenCall {
  deployment: string;
  endedAt: Date;
  status: number;
  ms: number;
  /** The content filter refused it. */
  blocked: boolean;
  inputTokens?: number;
  outputTokens?: number;
}

/** Counts of real calls by deployment and minute, as Azure Monitor would tell them. */
export interface Tally {
  add(call: SeenCall): void;
  /** Minutes in which a call ended since `from`. */
  minutes(from: Date): CountedMinute[];
  minute(deployment: string, at: Date): CountedMinute | undefined;
}

interface Counted {
  codes: Record<string, number>;
  times: number[];
  blocked: number;
  inputTokens: number;
  outputTokens: number;
}

const minuteMs = 60_000;
const startOf = (time: Date) => new Date(Math.floor(time.getTime() / minuteMs) * minuteMs).toISOString();

export function createTally(): Tally {
  const counted = new Map<string, { arm: string; at: string; counts: Counted }>();

  function told({ arm, at, counts }: { arm: string; at: string; counts: Counted }): CountedMinute {
    const { codes, times, blocked, inputTokens, outputTokens } = counts;
    const sorted = times.toSorted((a, b) => a - b);
    const sum = times.reduce((total, ms) => total + ms, 0);
    return {
      ...{ arm, at, codes: { ...codes }, blocked, inputTokens, outputTokens },
      ...{ meanMs: sum / times.length, p95Ms: sorted[Math.ceil(0.95 * sorted.length) - 1] ?? 0 },
    };
  }

  return {
    add({ deployment: arm, endedAt, status, ms, blocked, inputTokens = 0, outputTokens = 0 }) {
      const at = startOf(endedAt);
      const key = `${arm}|${at}`;
      const held = counted.get(key) ?? {
        ...{ arm, at, counts: { codes: {}, times: [], blocked: 0, inputTokens: 0, outputTokens: 0 } },
      };
      counted.set(key, held);
      const { counts } = held;
      counts.codes[status] = (counts.codes[status] ?? 0) + 1;
      counts.times.push(ms);
      if (blocked) counts.blocked += 1;
      counts.inputTokens += inputTokens;
      counts.outputTokens += outputTokens;
    },
    minutes: (from) => [...counted.values()].filter(({ at }) => at >= startOf(from)).map(told),
    minute(deployment, at) {
      const held = counted.get(`${deployment}|${startOf(at)}`);
      return held && told(held);
    },
  };
}
