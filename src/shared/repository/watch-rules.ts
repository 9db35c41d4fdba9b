import * as z from "zod";

/** What a window of one arm is measured by; ratios are of its requests, cost is integer nano-USD. */
export const WatchMetric = z.enum([
  "errorRatio",
  "throttledRatio",
  "safetyBlockedRatio",
  "latencyP95Ms",
  // All that platform metrics tell of a latency.
  "latencyMeanMs",
  "costNanoUsdPerRequest",
]);
export type WatchMetric = z.infer<typeof WatchMetric>;

/** `needed` breached windows of the last `of` act; one of one is at once. */
const Windows = z
  .object({ needed: z.int().min(1).max(10), of: z.int().min(1).max(10) })
  .strict()
  .refine(({ needed, of }) => needed <= of, {
    message: "`needed` is at most `of`",
    path: ["needed"],
    when: ({ issues }) => issues.length === 0,
  });

const common = {
  /** Told apart in findings, alerts and timelines. */
  id: z
    .string()
    .max(64)
    .regex(/^[a-z0-9][a-z0-9-]*$/, "lower-case letters, digits and hyphens"),
  metric: WatchMetric,
  /** So bad that one window is enough. */
  critical: z.boolean().default(false),
  /** Both win over those of all rules. */
  minimumSamples: z.int().min(1).max(1_000_000).optional(),
  windows: Windows.optional(),
};

/** Breached above this many times the other's value. */
const ratio = z.number().gt(1).max(1_000);

const relative = {
  /** Values up to this are never a breach, however little the other has. */
  floor: z.number().min(0).default(0),
};

/** Of its requests: above 1 there is nothing, so that 5 % written as 5 would never be a breach. */
function isRatio(metric: WatchMetric): boolean {
  return metric.endsWith("Ratio");
}

/** One condition under which the new version is worse than it may be. */
export const WatchRule = z
  .discriminatedUnion("against", [
    z.object({ ...common, against: z.literal("absolute"), above: z.number().min(0) }).strict(),
    z.object({ ...common, ...relative, ratio: ratio.default(1.25), against: z.literal("concurrentArm") }).strict(),
    // An hour of baseline is known so well that less has to be allowed for; docs/reliability.md shows what both find.
    z.object({ ...common, ...relative, ratio: ratio.default(1.1), against: z.literal("sameHour") }).strict(),
  ])
  .refine((rule) => rule.against !== "absolute" || !isRatio(rule.metric) || rule.above < 1, {
    message: "a ratio is below 1, e.g. 0.05 for 5 %",
    path: ["above"],
  })
  .refine((rule) => rule.against === "absolute" || !isRatio(rule.metric) || rule.floor < 1, {
    message: "a ratio is below 1, e.g. 0.05 for 5 %",
    path: ["floor"],
  });
export type WatchRule = z.infer<typeof WatchRule>;

/** How a release is looked at after its flip, and what may be done about what is seen. */
export const WatchRules = z
  .object({
    /** `observe` records, `propose` asks a person, `act` rolls back. */
    mode: z.enum(["observe", "propose", "act"]).default("observe"),
    minutes: z.int().min(1).max(1_440).default(60),
    /** Requests of a window below which it is no evidence. */
    minimumSamples: z.int().min(1).max(1_000_000).default(20),
    windows: Windows.prefault({ needed: 2, of: 3 }),
    rules: z
      .array(WatchRule)
      .max(50)
      .refine((rules) => new Set(rules.map(({ id }) => id)).size === rules.length, "two rules have the same id")
      .default([]),
  })
  .strict();
export type WatchRules = z.infer<typeof WatchRules>;
