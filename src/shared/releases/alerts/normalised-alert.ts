import * as z from "zod";

/** Kinds of alert that measure what a release serves. */
export const measuringKinds = [
  "metric",
  "metricDynamic",
  "availability",
  "log",
  "logV1",
  "simpleLog",
  "prometheus",
] as const;
/** Kinds that tell of the platform's health. */
export const healthKinds = ["resourceHealth", "serviceHealth"] as const;
const alertKinds = [...measuringKinds, ...healthKinds, "smart", "activity", "budget", "unknown"] as const;
export type AlertKind = (typeof alertKinds)[number];

/** One alert, whichever schema brought it; bounded, so that it fits a table row whatever was sent. */
export const NormalisedAlert = z.object({
  source: z.enum(["webhook", "pull", "timer"]),
  schema: z.enum(["common", "alertsMgmt", "legacy"]),
  /** What the portal's "Test action group" button posts, or is named like it: recorded, never acted on. */
  isTest: z.boolean(),
  /** Lower-cased ARM id; a sha256 of what tells the alert from others where the payload has none. */
  alertId: z.string(),
  originAlertId: z.string().optional(),
  ruleName: z.string().optional(),
  /** Lower-cased ARM id. */
  ruleId: z.string().optional(),
  kind: z.enum(alertKinds),
  condition: z.enum(["Fired", "Resolved"]),
  /** Storage keeps no null. */
  severity: z.number().int().min(0).max(4).nullable().default(null),
  /** When it was received, where the payload does not say; its kind is `unknown` then. */
  firedAt: z.string(),
  /** Only metric alerts are documented to have it. */
  resolvedAt: z.string().optional(),
  windowStart: z.string().optional(),
  windowEnd: z.string().optional(),
  /** Lower-cased ARM ids. */
  targets: z.array(z.string()),
  /** Of all criteria; a name that two of them give different values is left out. */
  dims: z.record(z.string(), z.string()),
  measures: z.array(
    z.object({
      name: z.string(),
      value: z.number().nullable(),
      threshold: z.number().nullable(),
      operator: z.string(),
    }),
  ),
  custom: z.record(z.string(), z.string()),
  /** Where the payload lies, below the house's own blobs. */
  raw: z.string(),
});
export type NormalisedAlert = z.infer<typeof NormalisedAlert>;
