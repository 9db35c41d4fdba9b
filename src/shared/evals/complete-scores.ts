import { type CallEnded, callWithRetries } from "./call-with-retries.ts";
import type { EmbeddingAnswer, EmbeddingClient } from "./embedding-client.ts";
import type { Metric } from "./metrics.ts";
import type { ChatRequest, ModelAnswer } from "./model-client.ts";
import type { CallFailure, RunLimits, RunOutcome, RunPorts } from "./run-cases.ts";
import type { Usage } from "./sample.ts";
import { scoreSample } from "./score-sample.ts";
import { type KeptAnswers, ScoringInterrupted, type ScoringModels } from "./scoring-models.ts";
import {
  type AddedScores,
  type SampleStore,
  type Shard,
  type ShardItem,
  type StoredSample,
  sampleKey,
  scoreKey,
} from "./shard.ts";
import { createSilence } from "./silence.ts";

export interface CompletePorts extends Omit<RunPorts, "samples" | "score" | "stored"> {
  samples: SampleStore;
  embedder?: EmbeddingClient;
  kept?: KeptAnswers;
}

/** A stored sample under one version of its case, with the metrics that have no score of it yet. */
interface OpenScore {
  sample: StoredSample;
  item: ShardItem;
  version: ShardItem["cases"][number];
  metrics: Metric[];
}

type Counts = Pick<RunOutcome, "state" | "reason" | "calls" | "retries" | "rateLimited" | "failed" | "failures">;

/** Whether a run's samples may lack scores: those that it made itself have the score of every metric that asks no model. */
export function mayLackScores({ kept }: Pick<RunOutcome, "kept">, metrics: readonly Metric[]): boolean {
  return kept > 0 || metrics.some(({ asks }) => asks.length > 0);
}

/**
 * Gives stored samples the scores that they lack: those of metrics that ask a model, and of metrics that are newer than the
 * sample. Both read the text as it is stored, so a judge never sees a secret, and people label the text that it saw. Scores
 * are added a line each; what a model could not be asked for stays open for the next run.
 */
export async function completeScores(
  shard: Shard,
  metrics: readonly Metric[],
  limits: RunLimits,
  ports: CompletePorts,
): Promise<Counts> {
  const counts: Counts = { state: "done", calls: 0, retries: 0, rateLimited: 0, failed: 0, failures: [] };
  const silence = createSilence(ports.clock);
  const callPorts = { ...ports, refusing: new Map<string, number>(), silence };
  const open = openScores(shard, metrics, await ports.samples.read(shard.samplesPath));

  let broken = false;
  async function work(): Promise<void> {
    for (let next = open.shift(); next && counts.state === "done" && !broken; next = open.shift()) {
      if (limits.deadline && ports.clock.now() >= limits.deadline) counts.state = "more";
      else if (ports.mayCall && !(await ports.mayCall())) counts.state = "stopped";
      else await complete(next);
    }
  }

  async function complete({ sample, item, version, metrics: lacking }: OpenScore): Promise<void> {
    const spent: NonNullable<AddedScores["asked"]> = { calls: 0 };
    const input = { case: version.case, sample, ...(item.request.tools ? { tools: item.request.tools } : {}) };
    const scores: StoredSample["scores"] = {};
    try {
      const named = await scoreSample(lacking, input, modelsFor(spent));
      for (const metric of lacking) {
        const score = named[metric.name];
        if (!score) continue;
        if ("missing" in score && score.again) fail({ ...sample, reason: score.missing });
        else scores[scoreKey(metric.digest, version.digest)] = redacted(score);
      }
    } catch (thrown) {
      // What was answered before the interruption is kept and not asked again; here its cost is.
      if (!(thrown instanceof ScoringInterrupted)) throw thrown;
    }
    if (Object.keys(scores).length === 0 && spent.calls === 0) return;
    const asked = spent.calls > 0 ? { asked: spent, gateId: limits.gateId } : {};
    await ports.samples.addScores(shard.samplesPath, { scoresOf: sampleKey(sample), scores, ...asked });
  }

  function redacted(score: StoredSample["scores"][string]): StoredSample["scores"][string] {
    if ("value" in score && score.reason !== undefined) return { ...score, reason: ports.redact(score.reason) };
    return "missing" in score ? { missing: ports.redact(score.missing) } : score;
  }

  function fail({ caseId, repeat, reason }: CallFailure): void {
    counts.failed++;
    if (counts.failures.length < 1000) counts.failures.push({ caseId, repeat, reason: ports.redact(reason) });
  }

  /** A judge's calls wait, are retried, counted and capped as any other call. */
  function modelsFor(spent: NonNullable<AddedScores["asked"]>): ScoringModels {
    async function call<T extends Given>(
      deployment: string,
      most: number | undefined,
      send: () => Promise<T | NotAnswered>,
    ): Promise<T | Failed> {
      const reserved = most === undefined ? undefined : await ports.spend?.reserve(most);
      if (reserved && "capped" in reserved) {
        counts.state = "capped";
        counts.reason = reserved.capped;
        throw new ScoringInterrupted(reserved.capped);
      }
      let cost: number | undefined;
      try {
        const answer = await callWithRetries(deployment, send, limits, callPorts, counts);
        if (isEnded(answer)) {
          counts.state = answer.ended;
          throw new ScoringInterrupted(answer.ended);
        }
        if (answer.kind !== "answer") {
          const reason = silence.over();
          if (reason !== undefined && counts.state === "done")
            Object.assign(counts, { state: "gaveUp", reason: ports.redact(reason) });
          return { ...failedOf(answer) };
        }
        spent.calls++;
        cost = answer.usage && ports.costOf(deployment, answer.usage);
        if (cost === undefined) spent.unpriced = (spent.unpriced ?? 0) + 1;
        else spent.costNanoUsd = (spent.costNanoUsd ?? 0) + cost;
        return answer;
      } finally {
        reserved?.settle(cost);
      }
    }
    const { embedder, kept } = ports;
    return {
      complete: (request: ChatRequest) =>
        call<Given & ModelAnswer>(request.deployment, ports.spend && ports.mostOf?.(request), () =>
          ports.model.complete(request),
        ),
      embed: async (request) =>
        embedder
          ? call<Given & EmbeddingAnswer>(request.deployment, undefined, () => embedder.embed(request))
          : { kind: "failed", reason: "no embeddings can be had here", retryable: false },
      ...(kept ? { kept } : {}),
    };
  }

  // What cannot be kept must not be paid: the first failure ends all workers, and is thrown once they are done.
  const guarded = async () => {
    try {
      await work();
    } catch (thrown) {
      broken = true;
      throw thrown;
    }
  };
  const ended = await Promise.allSettled(Array.from({ length: Math.max(1, Math.floor(limits.concurrency)) }, guarded));
  for (const end of ended) if (end.status === "rejected") throw end.reason;
  return counts;
}

type Given = { kind: "answer"; usage?: Usage };
type Failed = { kind: "failed"; reason: string; retryable: boolean };
type NotAnswered = Failed | { kind: "rateLimited"; retryAfterMs: number; reason: string };

function isEnded(answer: object): answer is CallEnded {
  return "ended" in answer;
}

function failedOf({ reason }: NotAnswered): Failed {
  return { kind: "failed", reason, retryable: false };
}

function openScores(shard: Shard, metrics: readonly Metric[], stored: Map<string, StoredSample>): OpenScore[] {
  return shard.items.flatMap((item) =>
    Array.from({ length: item.repeats }, (_, repeat) => stored.get(sampleKey({ ...item, repeat }))).flatMap(
      (sample) => {
        if (!sample) return [];
        return item.cases.flatMap((version): OpenScore[] => {
          const lacking = metrics.filter(({ digest }) => !sample.scores[scoreKey(digest, version.digest)]);
          return lacking.length > 0 ? [{ sample, item, version, metrics: lacking }] : [];
        });
      },
    ),
  );
}
