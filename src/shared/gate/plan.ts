import * as z from "zod";
import type { Finding } from "../repository/finding.ts";
import type { PromptDiff } from "../repository/prompt-diff.ts";
import { SuiteEvaluator } from "../repository/suite.ts";
import type { RouteDiff } from "./route-diffs.ts";
import type { ShownRelease } from "./shown-release.ts";

/** Where the samples of one side of a case are. */
export const PlannedSide = z.object({ requestDigest: z.string(), samplesPath: z.string(), shardId: z.string() });
export type PlannedSide = z.infer<typeof PlannedSide>;

/** A case of a comparison, without its text: that is in the shards. */
export const PlannedCase = z.object({
  caseId: z.string(),
  digest: z.string(),
  segments: z.record(z.string(), z.string()),
  cluster: z.string().optional(),
  weight: z.number(),
  mustPass: z.boolean(),
  /** Its texts are kept out of reports and comments. */
  holdout: z.boolean().default(false),
  base: PlannedSide.optional(),
  /** Absent where the head's prompt cannot be given this case. */
  head: PlannedSide.optional(),
});
export type PlannedCase = z.infer<typeof PlannedCase>;

/** Whether a judge may block, or only advises, and why. */
export const PlannedJudge = z.object({
  calibrated: z.boolean(),
  says: z.string(),
  /** What is pinned: DEPLOYMENT@VERSION and the digest of its instructions, one for each model that is asked. */
  asks: z.array(z.string()),
});
export type PlannedJudge = z.infer<typeof PlannedJudge>;

/** Whose cases, evaluators and thresholds a comparison is judged under. */
export const Rules = z.enum(["base", "head"]);
export type Rules = z.infer<typeof Rules>;

/** What a suite on a prompt may spend, its extensions included. */
export const PlannedBudget = z.object({
  /** Calls that one more repeat of every changed case costs the dearer run. */
  callsPerRepeat: z.int().default(0),
  /** Calls that are left to that run once its first repeats are made; absent: no cap. */
  callsLeft: z.int().optional(),
  maxRepeats: z.int().optional(),
  maxCostUsd: z.number().optional(),
  maxMinutes: z.number().optional(),
});
export type PlannedBudget = z.infer<typeof PlannedBudget>;

/** One suite on one prompt, base against head, under one side's rules. */
export const PlannedComparison = z.object({
  /** Of the pair of suite and prompt in its gate; its shards' ids begin with it. */
  pair: z.int().default(0),
  suite: z.string(),
  suitePath: z.string(),
  /** Its name, with the target where a route picks it: `helper@mini`, `helper@mini→large`. */
  prompt: z.string(),
  promptPath: z.string(),
  rules: Rules,
  /** Judged on absolute thresholds alone: the prompt or the suite is new. */
  isNew: z.boolean(),
  /** Shown, and no part of the gate's verdict. */
  advisory: z.boolean(),
  metrics: z.array(SuiteEvaluator),
  /** By metric, for those that a judge scores: what the base's labels say of it. */
  judges: z.record(z.string(), PlannedJudge).default({}),
  repeats: z.int(),
  /** Looks at a growing sample that are planned before the first; each spends a share of the error. */
  looks: z.int().default(1),
  budget: PlannedBudget.prefault({}),
  mustPassRepeats: z.int().optional(),
  segmentBy: z.array(z.string()),
  datasetDigest: z.string(),
  /** The suite's version, and the git blobs that its cases come from: what the digest was made of. */
  lineage: z
    .object({ version: z.string(), files: z.record(z.string(), z.string()) })
    .default({ version: "", files: {} }),
  cases: z.array(PlannedCase),
});
export type PlannedComparison = z.infer<typeof PlannedComparison>;

/** A suite on a subject at a commit. */
export const PlannedRun = z.object({
  runId: z.string(),
  side: z.enum(["base", "head"]),
  commit: z.string(),
  suite: z.string(),
  prompt: z.string(),
  promptVersion: z.string().optional(),
  subjectDigest: z.string(),
  /** Of the prompt as its file says it, whatever target it is sent to. */
  promptDigest: z.string().optional(),
  deployment: z.string(),
  modelVersion: z.string().optional(),
  /** Where a release says which model the deployment runs. */
  modelName: z.string().optional(),
  /** Where the prompt says which model it asks for. */
  modelAt: z.object({ path: z.string(), line: z.int(), column: z.int() }).optional(),
  seed: z.int().optional(),
  repeats: z.int(),
  shardIds: z.array(z.string()),
});
export type PlannedRun = z.infer<typeof PlannedRun>;

/** All that a gate will do, decided before the first call. A blob; the rows carry ids. */
export const Plan = z.object({
  gateId: z.string(),
  mode: z.enum(["observe", "enforce"]),
  onInconclusive: z.enum(["neutral", "block"]),
  comments: z.enum(["always", "failures", "never"]),
  /** `head`: the base has no policy, so the pull request's own is tried without blocking. */
  policyFrom: z.enum(["base", "head", "default"]),
  /** Dimensions and segments on which a regression blocks. */
  blockingSegments: z.array(z.string()),
  runs: z.array(PlannedRun),
  comparisons: z.array(PlannedComparison),
  /** What the pull request does to the bar that it is measured by, each a sentence. */
  edits: z.array(z.string()),
  /** Why the calls may not be made, where they would be more than is allowed. */
  overBudget: z.array(z.string()),
  findings: z.array(z.custom<Finding>()),
  diffs: z.array(z.custom<PromptDiff>()),
  routeDiffs: z.array(z.custom<RouteDiff>()).default([]),
  releases: z.array(z.custom<ShownRelease>()).default([]),
});
export type Plan = z.infer<typeof Plan>;

export const planPath = (gateId: string) => `gates/${gateId}/plan.json`;
export const shardPath = (gateId: string, shardId: string) => `gates/${gateId}/shards/${shardId}.json`;
export const reportPath = (gateId: string) => `gates/${gateId}/report.json`;
