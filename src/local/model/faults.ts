import * as z from "zod";

/** What goes wrong with the next `count` calls. */
export const Fault = z.object({
  kind: z.enum(["error", "slow", "hang", "rubbish", "reset", "rateLimit"]),
  count: z.number().int().positive().default(1),
  /** Of `slow`: added latency; of `rateLimit`: when to come back. */
  ms: z.number().int().nonnegative().optional(),
  /** Of `error`. */
  status: z.number().int().min(400).max(599).optional(),
});
export type Fault = z.infer<typeof Fault>;

export interface FaultPlan {
  add(fault: Fault): void;
  /** The fault of this call; the plan's count goes down. */
  take(): Fault | undefined;
  clear(): void;
}

export function createFaultPlan(): FaultPlan {
  let planned: Fault[] = [];
  return {
    add: (fault) => {
      planned.push({ ...fault });
    },
    take() {
      const [next] = planned;
      if (!next) return undefined;
      next.count -= 1;
      if (next.count <= 0) planned.shift();
      return next;
    },
    clear: () => {
      planned = [];
    },
  };
}
