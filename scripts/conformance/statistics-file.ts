import * as z from "zod";

/** A row of a file shaped like stats-conformance.json: what to compute, from what, and what should come out. */
export const StatisticsRow = z.object({
  id: z.string(),
  kind: z.string(),
  input: z.record(z.string(), z.unknown()),
  expected: z.unknown(),
  tolerance: z.number().min(0),
});
export type StatisticsRow = z.infer<typeof StatisticsRow>;

export const StatisticsFile = z.object({ rows: z.array(StatisticsRow).min(1) });
export type StatisticsFile = z.infer<typeof StatisticsFile>;

const Numbers = z.array(z.number());
const Counts = { k: z.int().min(0), n: z.int().min(1), alpha: z.number() };
const Label = z.union([z.string(), z.number(), z.boolean()]);

export const ProportionInput = z.object(Counts);
export const ClusteredInput = z.object({ x: Numbers, cluster: z.array(z.union([z.string(), z.number()])) });
export const KrippendorffInput = z.object({
  level: z.enum(["nominal", "ordinal", "interval"]),
  data: z.array(z.array(z.nullable(Label))),
});
export const MonteCarloInput = z.object({ count: z.int().min(0), n_resamples: z.int().min(1) });
export const McNemarInput = z.object({ b: z.int().min(0), c: z.int().min(0) });
export const MdeInput = z.object({ n: z.number(), omega2: z.number(), alpha: z.number(), power: z.number() });
export const MixtureInput = z.object({ mean_diff: z.number(), n: z.number(), var_diff: z.number(), tau: z.number() });
export const MultipleInput = z.object({ p: Numbers, alpha: z.number(), method: z.string() });
export const NewcombeInput = z.object({ a: z.int(), b: z.int(), c: z.int(), d: z.int() });
export const PairedInput = z.object({ a: Numbers, b: Numbers });
export const PassInput = z.object({ n: z.int(), c: z.int(), k: z.int() });
export const PowerInput = z.object({
  omega2: z.number(),
  sigmaA2: z.number().default(0),
  sigmaB2: z.number().default(0),
  KA: z.number().default(1),
  KB: z.number().default(1),
  delta: z.number(),
  alpha: z.number(),
  power: z.number(),
});
export const RealPairInput = z.object({ dataset: z.string(), base: z.string(), head: z.string() });
export const RealPairedInput = RealPairInput.extend({
  metric: z.string(),
  pass_threshold: z.nullable(z.number()).default(null),
});
export const SequenceInput = z.object({ n: z.number(), rho: z.number(), sigma: z.number(), alpha: z.number() });
export const SignPowerInput = z.object({
  win_rate: z.number(),
  alpha: z.number(),
  power: z.number(),
  sides: z.union([z.literal(1), z.literal(2)]),
});
export const SprtInput = z.object({ alpha: z.number(), beta: z.number() });
export const QuantileInput = z.object({ p: z.number() });
export const StudentQuantileInput = QuantileInput.extend({ df: z.number() });
export const StudentPInput = z.object({ t: z.number(), df: z.number() });
