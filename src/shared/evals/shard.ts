import * as z from "zod";
import { EvalCase, SuiteEvaluator } from "../repository/suite.ts";
import { ChatRequest } from "./model-client.ts";
import type { KnownCalls } from "./sample-log.ts";

/** One request of a shard with the cases that its samples are scored as (an edited case is scored as both sides have it). */
export const ShardItem = z.object({
  caseId: z.string(),
  requestDigest: z.string(),
  request: ChatRequest,
  cases: z.array(z.object({ digest: z.string(), case: EvalCase })).min(1),
  repeats: z.int().min(1),
});
export type ShardItem = z.infer<typeof ShardItem>;

/** What a policy, and a suite's budget, allow the calls of a run. */
export const CallLimits = z.object({
  /** Share of each deployment's limit that is left to production. */
  productionShare: z.number(),
  maxCostUsdPerRun: z.number().optional(),
  maxCostUsdPerDay: z.number().optional(),
});
export type CallLimits = z.infer<typeof CallLimits>;

/** A slice of a run's cases: what one queue message stands for, complete in itself. */
export const Shard = z.object({
  shardId: z.string(),
  runId: z.string(),
  /** Where its samples are kept: by subject and suite, so that the same request is never paid twice. */
  samplesPath: z.string(),
  metrics: z.array(SuiteEvaluator),
  seed: z.int().optional(),
  limits: CallLimits.optional(),
  /** Models by deployments that are not named like them: what their calls are priced as. */
  models: z.record(z.string(), z.string()).optional(),
  items: z.array(ShardItem),
});
export type Shard = z.infer<typeof Shard>;

export const StoredScore = z.union([
  z.object({ value: z.number(), reason: z.string().exactOptional(), judgedBy: z.string().exactOptional() }),
  z.object({ missing: z.string() }),
  z.object({ notApplicable: z.string() }),
]);

/** What judges and embeddings of a sample cost, beside its own call. */
const Asked = z.object({
  calls: z.int(),
  costNanoUsd: z.number().exactOptional(),
  /** Calls whose price or usage is unknown. */
  unpriced: z.int().exactOptional(),
});

/** The gate that asked pays, which may be another than the one that paid for the sample. */
const PaidBy = z.record(z.string(), z.number());

/** A sample as it is kept: redacted, with the scores of the text before that, or those that were added later. */
export const StoredSample = z.object({
  caseId: z.string(),
  requestDigest: z.string(),
  repeat: z.int(),
  seed: z.int().exactOptional(),
  outcome: z.enum(["completed", "filtered", "truncated"]),
  output: z.string(),
  /** Whether `output` differs from what the model sent. */
  redacted: z.boolean(),
  latencyMs: z.number(),
  usage: z
    .object({
      inputTokens: z.number(),
      outputTokens: z.number(),
      cachedInputTokens: z.number().exactOptional(),
      reasoningTokens: z.number().exactOptional(),
    })
    .exactOptional(),
  costNanoUsd: z.number().exactOptional(),
  answeredBy: z.string().exactOptional(),
  filterCategories: z.array(z.string()).exactOptional(),
  filterSeverities: z.record(z.string(), z.enum(["safe", "low", "medium", "high"])).exactOptional(),
  /** Redacted like `output`, names and arguments alike. */
  toolCalls: z.array(z.object({ name: z.string(), arguments: z.unknown() })).exactOptional(),
  /** The gate that paid for it; another gate's latency is not comparable. */
  gateId: z.string(),
  at: z.string(),
  /** By `scoreKey`. */
  scores: z.record(z.string(), StoredScore),
  /** All that was asked of it so far; nano-USD by gate in `paidBy`. */
  asked: Asked.extend({ paidBy: PaidBy.exactOptional() }).exactOptional(),
});
export type StoredSample = z.infer<typeof StoredSample>;

/** Scores that a stored sample got later, a line of its own: of judges, and of metrics that are newer than the sample. */
export const AddedScores = z.object({
  /** The sample's key. */
  scoresOf: z.string(),
  scores: z.record(z.string(), StoredScore),
  asked: Asked.exactOptional(),
  /** The gate, or the run of the command line, that asked. */
  gateId: z.string().exactOptional(),
});
export type AddedScores = z.infer<typeof AddedScores>;

/** The first score of a key counts, as the first sample does; what was paid adds up. */
export function withAddedScores(sample: StoredSample, { scores, asked, gateId }: AddedScores): StoredSample {
  const all = [sample.asked, asked].filter((spent) => spent !== undefined);
  const priced = all.flatMap(({ costNanoUsd }) => costNanoUsd ?? []);
  const sum = (numbers: number[]) => numbers.reduce((total, number) => total + number, 0);
  const unpriced = sum(all.map((spent) => spent.unpriced ?? 0));
  const paidBy = { ...sample.asked?.paidBy };
  if (gateId !== undefined && asked?.costNanoUsd) paidBy[gateId] = (paidBy[gateId] ?? 0) + asked.costNanoUsd;
  return {
    ...sample,
    scores: { ...scores, ...sample.scores },
    ...(all.length > 0
      ? {
          asked: {
            calls: sum(all.map(({ calls }) => calls)),
            ...(priced.length > 0 ? { costNanoUsd: sum(priced) } : {}),
            ...(unpriced > 0 ? { unpriced } : {}),
            ...(Object.keys(paidBy).length > 0 ? { paidBy } : {}),
          },
        }
      : {}),
  };
}

export function sampleKey(sample: { caseId: string; requestDigest: string; repeat: number }): string {
  return `${sample.caseId}|${sample.requestDigest}|${sample.repeat}`;
}

/** A score depends on the evaluator with its options and on the case as it was scored. */
export function scoreKey(metricDigest: string, caseDigest: string): string {
  return `${metricDigest.slice(0, 16)}.${caseDigest.slice(0, 16)}`;
}

/** Samples of a shard, kept one by one as they come. */
export interface SampleStore {
  /** The first of each key; a line that a kill cut short is left out. */
  read(path: string): Promise<Map<string, StoredSample>>;
  /** What earlier workers left behind, without the samples themselves. */
  known(path: string): Promise<KnownCalls>;
  /** Resolves once it is durable that this call was begun, or ended without a sample. */
  mark(path: string, key: string, call: "begun" | "ended"): Promise<void>;
  /** Resolves once the sample is durable. */
  append(path: string, sample: StoredSample): Promise<void>;
  /** Resolves once the scores are durable; `read` gives them with their sample. */
  addScores(path: string, added: AddedScores): Promise<void>;
}
