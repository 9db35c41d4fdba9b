import * as z from "zod";

/** What is pushed: one arm's minute, as metrics tell it, as spans do, or both. What is left out is told by neither. */
export const PushedMinute = z
  .object({
    arm: z.string(),
    at: z.iso.datetime(),
    agent: z.string().optional(),
    /** The arm is a digest of a served document, as the callers' spans name it. */
    document: z.enum(["prompt", "route"]).optional(),
    in: z.enum(["metrics", "logs", "both"]).default("both"),
    /** Requests by status code. */
    codes: z.record(z.string().regex(/^\d{3}$/), z.int().min(0)).optional(),
    meanMs: z.number().min(0).optional(),
    p95Ms: z.number().min(0).optional(),
    blocked: z.int().min(0).optional(),
    inputTokens: z.int().min(0).optional(),
    outputTokens: z.int().min(0).optional(),
    /** Percent of provisioned units. */
    utilization: z.number().min(0).optional(),
  })
  .strict();
export type PushedMinute = z.infer<typeof PushedMinute>;

/** What goes wrong with the next `count` queries of metrics or logs. */
export const MonitorFault = z
  .object({
    of: z.enum(["metrics", "logs"]),
    kind: z.enum([
      /** Logs: 200 with a part of the rows and an error. */
      "partialFailure",
      /** 204, as of an empty workspace. */
      "noContent",
      /** 504 after the server's own time. */
      "timeout",
      /** 429 with `retryAfter` seconds. */
      "throttled",
      /** 403: the role is missing or too new. */
      "forbidden",
      /** Metrics without any series, logs without any row. */
      "empty",
      /** Answers after `ms`. */
      "slow",
    ]),
    count: z.int().min(1).default(1),
    retryAfter: z.number().min(0).default(1),
    ms: z.int().min(0).default(1000),
  })
  .strict();
export type MonitorFault = z.infer<typeof MonitorFault>;

export interface MonitorState {
  /** By agent, arm, minute and where it is told: pushed again, a minute is replaced. */
  minutes: Map<string, PushedMinute>;
  faults: MonitorFault[];
  log: { method: string; path: string; status: number; fault?: string }[];
}

export function createMonitorState(): MonitorState {
  return { minutes: new Map(), faults: [], log: [] };
}

export function push(state: MonitorState, minute: PushedMinute): void {
  state.minutes.set(`${minute.agent ?? minute.document ?? ""}|${minute.arm}|${minute.at}|${minute.in}`, minute);
}

export function takeFault(state: MonitorState, of: MonitorFault["of"]): MonitorFault | undefined {
  const fault = state.faults.find((one) => one.of === of);
  if (!fault) return undefined;
  fault.count -= 1;
  if (fault.count === 0) state.faults = state.faults.filter((other) => other !== fault);
  return fault;
}

/** The minutes that a source tells from `from` on and before `to`. */
export function minutesIn(
  state: MonitorState,
  source: "metrics" | "logs",
  { from, to }: { from: number; to: number },
): PushedMinute[] {
  return [...state.minutes.values()].filter(({ in: where, at }) => {
    const time = Date.parse(at);
    return where !== (source === "metrics" ? "logs" : "metrics") && time >= from && time < to;
  });
}
