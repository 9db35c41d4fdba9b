import * as z from "zod";

const sample = z.string().regex(/^[0-9a-f]{32}$/, "must be a sample's digest, 32 hex digits");
const metric = z.string().min(1).max(200);

/** What a person says of one sample; `labels/<metric>.jsonl`. */
export const Label = z
  .object({
    /** Digest of the sample: what was asked and answered. */
    sample,
    /** Whether it is good, or its score on the metric's scale. */
    label: z.union([z.boolean(), z.number(), z.enum(["pass", "fail"]).transform((word) => word === "pass")]),
    by: z.string().max(100).optional(),
    at: z.string().max(40).optional(),
    /** Default: the file's name. */
    metric: metric.optional(),
    /** The case and the answer: with them a judge can be asked again after it changed. */
    case: z.string().max(200).optional(),
    output: z.string().optional(),
  })
  .strict();
export type Label = z.infer<typeof Label> & { metric: string };

/** What a judge says of a labelled sample; `labels/<metric>.judged.jsonl`, written by `assay judge calibrate --write`. */
export const JudgedLabel = z
  .object({
    sample,
    /** Digest of the metric: judge, version, prompt and options. */
    judge: z.string().regex(/^[0-9a-f]{16,64}$/, "must be a metric's digest"),
    /** Absent where the judge had no score for it. */
    score: z.number().optional(),
    judgedBy: z.string().max(200).optional(),
    metric: metric.optional(),
  })
  .strict();
export type JudgedLabel = z.infer<typeof JudgedLabel> & { metric: string };

/** The labels of an AI repository, and what judges said of the same samples. */
export interface Labels {
  labels: Label[];
  judged: JudgedLabel[];
}
