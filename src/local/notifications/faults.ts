import * as z from "zod";

/** What goes wrong with the next `count` messages to addresses that contain `path`. */
export const NotificationFault = z.object({
  /** Before or after it is taken: 500; 429 with `retryAfter` seconds; 404 as of a webhook that was removed; a broken connection. */
  kind: z.enum(["errorBefore", "errorAfter", "limited", "gone", "reset"]),
  path: z.string().default(""),
  count: z.int().min(1).default(1),
  retryAfter: z.int().min(0).default(1),
});
export type NotificationFault = z.infer<typeof NotificationFault>;

export interface NotificationFaults {
  add(fault: NotificationFault): void;
  take(path: string): NotificationFault | undefined;
}

export function createNotificationFaults(): NotificationFaults {
  const faults: NotificationFault[] = [];
  return {
    add: (fault) => void faults.push({ ...fault }),
    take(path) {
      const index = faults.findIndex((fault) => path.includes(fault.path));
      const fault = faults[index];
      if (!fault) return undefined;
      fault.count -= 1;
      if (fault.count === 0) faults.splice(index, 1);
      return fault;
    },
  };
}
