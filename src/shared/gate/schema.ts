import * as z from "zod";

/** What a gate stands for: a pull request's head, a merge group, or the merged commit that becomes the baseline. */
export const GateKind = z.enum(["pull", "mergeGroup", "baseline"]);
export type GateKind = z.infer<typeof GateKind>;

/**
 * `extending`: an inconclusive suite draws more repeats; its shards are being written, then the gate is running again.
 * `waiting`: a fork's content, until a writer says `/ok-to-test`. `superseded`: the head moved or the pull request
 * closed. The others follow one another.
 */
export const GateStage = z.enum([
  "planning",
  "waiting",
  "running",
  "extending",
  "concluding",
  "concluded",
  "superseded",
]);
export type GateStage = z.infer<typeof GateStage>;

/** One more look at a suite, decided by the look before: which comparison of the plan, up to how many repeats, and why. */
export const Extension = z.object({
  /** Those of one round are drawn together. */
  round: z.int(),
  comparison: z.int(),
  look: z.int(),
  from: z.int(),
  repeats: z.int(),
  reason: z.string(),
  at: z.string(),
});
export type Extension = z.infer<typeof Extension>;

/** One gate on one commit: the intent, stored before any effect. Table `operations`. */
export const Gate = z.object({
  gateId: z.string(),
  kind: GateKind,
  repositoryId: z.number(),
  /** owner/name */
  repository: z.string(),
  /** Of the pull request. */
  number: z.number().optional(),
  headSha: z.string(),
  /** Of a merge group: the queue's branch, which names its last pull request. */
  headRef: z.string().optional(),
  /** The commit that the head is compared with; absent for a baseline. */
  baseSha: z.string().optional(),
  stage: GateStage,
  checkRunId: z.number().optional(),
  createdAt: z.string(),
  /** When the watchdog closes it. */
  deadline: z.string(),
  /** Shards whose rows and messages make up the gate. */
  shards: z.number().optional(),
  /** The looks that were added, in order; stored before their first shard is. */
  extensions: z.array(Extension).optional(),
  progressAt: z.string().optional(),
  /** What it was thought to take before its first call, as a sentence. */
  estimate: z.string().optional(),
  /** The lease of whoever plans or concludes it. */
  leaseUntil: z.string().optional(),
  /** Why it ended early. */
  reason: z.string().optional(),
});
export type Gate = z.infer<typeof Gate>;

/** The head that a pull request is known to have, and the gate that answers for it. Table `operations`. */
export const PullState = z.object({
  number: z.number(),
  headSha: z.string(),
  baseRef: z.string(),
  gateId: z.string(),
  /** Gates so far; part of the gate's id. */
  attempt: z.number(),
  open: z.boolean(),
  /** The commit that a writer allowed to be tested, on a fork. */
  okSha: z.string().optional(),
  okBy: z.string().optional(),
  /** The delivery or command that the last attempt answered, so that a repeated message begins nothing. */
  cause: z.string().optional(),
});
export type PullState = z.infer<typeof PullState>;

/** A shard of a gate. Table `shards`. */
export const ShardState = z.object({
  shardId: z.string(),
  runId: z.string(),
  stage: z.enum(["queued", "running", "done", "stopped"]),
  /** Calls that the shard stands for, repeats included. */
  samples: z.number(),
  enqueuedAt: z.string(),
  heartbeatAt: z.string().optional(),
  /** Which invocation holds it. */
  worker: z.string().optional(),
  calls: z.number().default(0),
  /** Calls of a killed worker that may have been paid and were made again. */
  paidAgain: z.number().default(0),
  /** Why it stopped before its end, as a sentence. */
  why: z.string().optional(),
  /** What its suite may cost in this gate, all shards together. */
  limits: z.object({ of: z.string(), maxCostUsd: z.number().optional(), maxMinutes: z.number().optional() }).optional(),
  /** Integer nano-USD that its calls cost, as far as prices are known. */
  costNanoUsd: z.number().default(0),
  /** Calls that failed for good, by reason. */
  failures: z.array(z.object({ reason: z.string(), count: z.number().default(1) })).default([]),
});
export type ShardState = z.infer<typeof ShardState>;

/** What a suite's run came to on the default branch; later gates compare with it. Table `runs`. */
export const Baseline = z.object({
  suite: z.string(),
  prompt: z.string(),
  commit: z.string(),
  gateId: z.string(),
  subjectDigest: z.string(),
  deployment: z.string(),
  /** Every model that answered, with how often. */
  answeredBy: z.record(z.string(), z.number()),
  datasetDigest: z.string(),
  /** The suite's version and its files by git SHA. */
  lineage: z.object({ version: z.string(), files: z.record(z.string(), z.string()) }).optional(),
  seed: z.number().optional(),
  repeats: z.number(),
  /** By metric: deployment, version and digest of the instructions of its judge. */
  judges: z.record(z.string(), z.array(z.string())).default({}),
  /** The models that say they judged. */
  judgedBy: z.array(z.string()).default([]),
  metrics: z.record(z.string(), z.number().nullable()),
  recordedAt: z.string(),
});
export type Baseline = z.infer<typeof Baseline>;
