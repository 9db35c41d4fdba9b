import * as z from "zod";

/** A fault of the REST side: the next `count` requests that match get it. */
export const RestFault = z.object({
  on: z.literal("rest"),
  kind: z.enum(["errorAfter", "errorBefore", "secondaryLimit", "primaryLimit", "slow", "rubbish", "reset"]),
  method: z.string().optional(),
  /** Part of the path. */
  path: z.string().default(""),
  count: z.int().min(1).default(1),
  /** For `slow`: milliseconds. */
  ms: z.int().min(0).default(1000),
  /** For the limits: seconds, sent as retry-after where given. */
  retryAfter: z.int().min(0).optional(),
});
export type RestFault = z.infer<typeof RestFault>;

/** A fault of webhook delivery: the next `count` deliveries of `event` get it. */
export const HookFault = z.object({
  on: z.literal("webhook"),
  kind: z.enum(["duplicate", "drop", "reorder", "delay"]),
  event: z.string().optional(),
  count: z.int().min(1).default(1),
  /** For `duplicate`: how many copies in all. */
  copies: z.int().min(2).default(5),
  /** For `duplicate`: each copy under an id of its own, as from two hooks. */
  newIds: z.boolean().default(false),
  ms: z.int().min(0).default(500),
});
export type HookFault = z.infer<typeof HookFault>;

export const Fault = z.discriminatedUnion("on", [RestFault, HookFault]);

export interface FaultPlan {
  add(fault: z.infer<typeof Fault>): void;
  clear(): void;
  takeRest(method: string, path: string): RestFault | undefined;
  takeHook(event: string): HookFault | undefined;
}

export function createFaultPlan(): FaultPlan {
  let faults: z.infer<typeof Fault>[] = [];
  function take<T extends z.infer<typeof Fault>>(matches: (fault: z.infer<typeof Fault>) => fault is T): T | undefined {
    const found = faults.find(matches);
    if (!found) return undefined;
    found.count--;
    if (found.count === 0) faults = faults.filter((fault) => fault !== found);
    return found;
  }
  return {
    add: (fault) => void faults.push({ ...fault }),
    clear: () => {
      faults = [];
    },
    takeRest: (method, path) =>
      take(
        (fault): fault is RestFault =>
          fault.on === "rest" && path.includes(fault.path) && (fault.method ?? method) === method,
      ),
    takeHook: (event) =>
      take((fault): fault is HookFault => fault.on === "webhook" && (fault.event ?? event) === event),
  };
}
