import * as z from "zod";

const count = z.number().nonnegative();

/** What one arm did in one window. A missing field was not told, which is not zero. Times are ISO 8601 in UTC. */
export const ArmWindow = z.strictObject({
  arm: z.string(),
  from: z.iso.datetime(),
  to: z.iso.datetime(),
  requests: count.optional(),
  failed: count.optional(),
  throttled: count.optional(),
  latencyP95Ms: count.optional(),
  latencyMeanMs: count.optional(),
  safetyBlocked: count.optional(),
  costNanoUsd: count.optional(),
});
export type ArmWindow = z.infer<typeof ArmWindow>;

export type WindowSource = "metrics" | "logs";

const minute = 60_000;
/** Milliseconds for which the data of a minute that is over are still arriving. */
export type SettleTimes = Record<WindowSource, number>;
const usualSettleTimes: SettleTimes = { metrics: minute, logs: 2 * minute };

/** The last `windows` closed minutes that a source has told in full by now. */
export function closedWindows(
  now: Date,
  source: WindowSource,
  windows: number,
  settlesAfter = usualSettleTimes,
): { from: string; to: string } {
  const end = Math.floor((now.getTime() - settlesAfter[source]) / minute) * minute;
  return { from: new Date(end - windows * minute).toISOString(), to: new Date(end).toISOString() };
}
