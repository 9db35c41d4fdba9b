import { hash } from "node:crypto";
import * as z from "zod";
import { NormalisedAlert } from "./normalised-alert.ts";

/** What became of an alert. `recorded`: kept with the reason, nothing followed from it. */
export const AlertOutcome = z.enum(["recorded", "opened", "attached", "resolved", "failed"]);
export type AlertOutcome = z.infer<typeof AlertOutcome>;

export const AlertEnd = z.object({
  outcome: AlertOutcome,
  reason: z.string().optional(),
  /** Id of the incident that it opened, joined or ended. */
  incident: z.string().optional(),
});
export type AlertEnd = z.infer<typeof AlertEnd>;

export const StoredAlert = NormalisedAlert.extend({
  receivedAt: z.string(),
  ...AlertEnd.partial().shape,
});
export type StoredAlert = z.infer<typeof StoredAlert>;

/** The same for every delivery of one alert's firing, or of its resolution. */
export function alertKey({ alertId, condition }: Pick<NormalisedAlert, "alertId" | "condition">): string {
  return hash("sha256", `${alertId}|${condition}`);
}

/** The table `alerts`: first writer wins, by alert and condition. */
export interface AlertStore {
  /**
   * `fresh`: nobody had it; `taken`: an earlier claim died before it was enqueued, or failed; `duplicate`: leave it. An
   * alert that has its outcome already is not claimed for work.
   */
  claim(alert: StoredAlert): Promise<"fresh" | "taken" | "duplicate">;
  markEnqueued(key: string): Promise<void>;
  /** The alert, its heartbeat renewed; undefined where it is done or unknown. */
  start(key: string): Promise<StoredAlert | undefined>;
  finish(key: string, end: AlertEnd): Promise<void>;
  /** Whether the alert's resolution is known. */
  isResolved(alertId: string): Promise<boolean>;
  /** Keys of claimed alerts that nobody has touched since `before` and that are not finished. */
  overdue(before: Date): Promise<string[]>;
}
