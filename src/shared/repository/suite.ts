import * as z from "zod";
import { CaseTurn } from "./case-turn.ts";

/** A value that a prompt's `{{name}}` is rendered from. */
export const InputValue: z.ZodType<InputValue> = z.lazy(() =>
  z.union([z.string(), z.number(), z.boolean(), z.null(), z.array(InputValue), z.record(z.string(), InputValue)]),
);
export type InputValue = string | number | boolean | null | InputValue[] | { [key: string]: InputValue };

const strings = z.union([z.string().transform((s) => [s]), z.array(z.string())]);

/** One dataset item. Ids are stable: written by the author or derived from the inputs' digest. */
export const EvalCase = z.object({
  id: z.string().min(1).max(200),
  inputs: z.record(z.string(), InputValue),
  /** Turns of a conversation, sent after the prompt's messages; the answer that is scored follows the last one. */
  turns: z.array(CaseTurn).max(200).default([]),
  /** Reference answers; any of them counts. */
  expected: strings.default([]),
  /** Key facts that a good answer states. */
  facts: strings.default([]),
  /** Passages that the answer must be supported by. */
  context: strings.default([]),
  tags: strings.default([]),
  /** Segment name by dimension, e.g. { language: de, kind: hostile }. */
  segments: z.record(z.string(), z.string()).default({}),
  /** Cases that are not independent (same document, same conversation) share a cluster. */
  cluster: z.string().optional(),
  weight: z.number().positive().default(1),
  mustPass: z.boolean().default(false),
  /** Its scores count; its texts and its answers are kept out of comments and reports. */
  holdout: z.boolean().default(false),
});
export type EvalCase = z.infer<typeof EvalCase>;

/** A metric of a suite: an evaluator with its options, floor and margin. */
export const SuiteEvaluator = z
  .object({
    /** The metric's name in reports; unique in the suite; default: `uses`. */
    name: z.string().optional(),
    /** The evaluator's id in the registry. */
    uses: z.string(),
    with: z.record(z.string(), z.unknown()).default({}),
    primary: z.boolean().default(false),
    /** The least mean (most, where lower is better) that the suite accepts, in the metric's own unit. */
    threshold: z.number().optional(),
    /** The largest loss from base to head that counts as none, in the metric's own unit. */
    margin: z.union([z.number().positive(), z.literal("auto")]).optional(),
    /** As `margin`, as a share of the base's mean: 0.1 is ten percent slower or dearer. `margin` wins where both are given. */
    relativeMargin: z.number().positive().max(10).optional(),
    /** Every case must pass this metric in every repeat (or in `mustPassRepeats` of them): a format, counted and not estimated. */
    invariant: z.boolean().optional(),
    /** The largest share of cases without a score at which the metric is still judged. Default 0.02. */
    maxMissing: z.number().min(0).max(1).optional(),
    /** Whether this metric can block; default: it has a threshold or a margin, or is an invariant. */
    blocking: z.boolean().optional(),
    /** A sample passes this metric at this score or better; used for mustPass and for flips. Default 0.5 for fractions. */
    passAt: z.number().optional(),
    /** What a judge must reach against `labels/<metric>.jsonl` before it may block. Default: kappa 0.6, agreement 0.8. */
    calibration: z
      .object({ kappa: z.number().min(0).max(1).optional(), agreement: z.number().min(0).max(1).optional() })
      .strict()
      .optional(),
  })
  .strict();
export type SuiteEvaluator = z.infer<typeof SuiteEvaluator>;

export const Dataset = z.union([
  z.object({ path: z.string() }).strict(),
  z.object({ cases: z.array(z.record(z.string(), z.unknown())) }).strict(),
]);
export type Dataset = z.infer<typeof Dataset>;

/** `evals/**\/*.yaml`. */
export const SuiteFile = z
  .object({
    schema: z.literal("assay/suite/v1"),
    name: z
      .string()
      .max(100)
      .regex(/^[a-z0-9][a-z0-9-]*$/, "lower-case letters, digits and hyphens"),
    version: z.string(),
    description: z.string().optional(),
    /** Names of the prompts under test; a prompt's own `evals` may name the suite too. */
    prompts: z.array(z.string()).default([]),
    datasets: z.array(Dataset).min(1),
    evaluators: z.array(SuiteEvaluator).min(1),
    repeats: z.int().min(1).max(100).default(1),
    /** Sent to the model as `seed` plus the repeat's number, where the prompt's target takes one. */
    seed: z.int().min(0).optional(),
    /** Dimensions of `segments` to report, and to block on where policy says so. */
    segmentBy: z.array(z.string()).default([]),
    /** Ids of cases whose every repeat must pass every blocking metric. */
    mustPass: z.array(z.string()).default([]),
    /** How many of the declared repeats of such a case, or of an invariant's, have to pass. Default: all of them. */
    mustPassRepeats: z.int().min(1).max(100).optional(),
    budget: z
      .object({
        maxCostUsd: z.number().positive().optional(),
        maxCalls: z.int().positive().optional(),
        /** Repeats of a case in all, those included that an inconclusive gate adds. Default: three times `repeats`. */
        maxRepeats: z.int().min(1).max(100).optional(),
        maxMinutes: z
          .number()
          .positive()
          .max(24 * 60)
          .optional(),
      })
      .strict()
      .default({}),
    owners: z.array(z.string()).default([]),
    metadata: z.record(z.string(), z.unknown()).default({}),
  })
  .strict();
export type SuiteFile = z.infer<typeof SuiteFile>;
