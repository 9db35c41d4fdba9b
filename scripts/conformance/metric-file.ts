import * as z from "zod";

const Expected = z.union([z.number(), z.object({ precision: z.number(), recall: z.number(), f: z.number() })]);

/** A row of a file shaped like metric-conformance.json. */
export const MetricRow = z.object({
  id: z.string(),
  metric: z.string(),
  dialect: z.string(),
  tokenizer: z.string().default(""),
  params: z.record(z.string(), z.unknown()).default({}),
  prediction: z.unknown(),
  references: z.array(z.unknown()),
  expected: Expected,
  tolerance: z.number().min(0),
});
export type MetricRow = z.infer<typeof MetricRow>;

/** The mean of a metric over the answers of a recorded run. */
export const DatasetRow = z.object({
  dataset: z.string(),
  run: z.string(),
  metric: z.string(),
  n: z.int(),
  mean: z.number(),
  first5: z.array(z.number()),
  tolerance: z.number().min(0),
});
export type DatasetRow = z.infer<typeof DatasetRow>;

export const MetricFile = z.object({
  rows: z.array(MetricRow).default([]),
  dataset_rows: z.array(DatasetRow).default([]),
});
export type MetricFile = z.infer<typeof MetricFile>;
