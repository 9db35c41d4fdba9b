import type { Clock } from "../clock.ts";
import type { Log } from "../log.ts";
import type { ModelAnswer, ModelClient } from "./model-client.ts";
import { redactValue } from "./redact-value.ts";
import type { Sample, Usage } from "./sample.ts";
import { type SampleStore, type Shard, type ShardItem, type StoredSample, sampleKey } from "./shard.ts";

/** A call that stayed without an answer after its retries; its case has no score. */
export interface CallFailure {
  caseId: string;
  repeat: number;
  reason: string;
}

export interface ShardOutcome {
  /** `done`: every call was tried; `more`: the time was up; `stopped`: nobody wants the rest any more. */
  state: "done" | "more" | "stopped";
  calls: number;
  failures: CallFailure[];
}

export interface ShardPorts {
  model: ModelClient;
  samples: SampleStore;
  /** Asked before every call: false once the head is superseded or the gate is closed. */
  mayCall(): Promise<boolean>;
  score(sample: Sample, item: ShardItem): Promise<StoredSample["scores"]>;
  redact(text: string): string;
  /** Integer nano-USD of a call; undefined where the price is unknown. */
  costOf(deployment: string, usage: Usage): number | undefined;
  clock: Clock;
  log: Log;
  /** 0 ≤ x < 1, for jitter. */
  random(): number;
}

export interface ShardLimits {
  gateId: string;
  concurrency: number;
  deadline: Date;
}

/** Tries of a call whose failure may pass; rate limits are not among them. */
const maxTries = 3;
const firstBackOffMs = 500;

interface Task {
  item: ShardItem;
  repeat: number;
}

/** Makes the calls of a shard that have no stored sample yet; each sample is durable before the next call of its worker. */
export async function runShard(shard: Shard, limits: ShardLimits, ports: ShardPorts): Promise<ShardOutcome> {
  const stored = await ports.samples.read(shard.samplesPath);
  const tasks = tasksOf(shard).filter(({ item, repeat }) => !stored.has(sampleKey({ ...item, repeat })));
  const outcome: ShardOutcome = { state: "done", calls: 0, failures: [] };

  async function work(): Promise<void> {
    for (let task = tasks.shift(); task; task = tasks.shift()) {
      if (outcome.state !== "done") return;
      if (ports.clock.now() >= limits.deadline) outcome.state = "more";
      else if (!(await ports.mayCall())) outcome.state = "stopped";
      else await perform(task);
    }
  }

  async function perform({ item, repeat }: Task): Promise<void> {
    const request = shard.seed === undefined ? item.request : { ...item.request, seed: shard.seed + repeat };
    const answer = await callWithRetries(request);
    if (answer === "more" || answer === "stopped") {
      outcome.state = answer;
      return;
    }
    if (answer.kind !== "answer") {
      outcome.failures.push({ caseId: item.caseId, repeat, reason: ports.redact(answer.reason) });
      return;
    }
    const { kind: _, ...trial } = answer;
    const cost = trial.usage && ports.costOf(item.request.deployment, trial.usage);
    const sample: Sample = {
      caseId: item.caseId,
      repeat,
      requestDigest: item.requestDigest,
      ...trial,
      ...(cost === undefined ? {} : { costNanoUsd: cost }),
    };
    const output = ports.redact(sample.output);
    const toolCalls = sample.toolCalls && redactValue(sample.toolCalls, ports.redact);
    await ports.samples.append(shard.samplesPath, {
      ...sample,
      ...(toolCalls ? { toolCalls: toolCalls.value } : {}),
      ...(request.seed === undefined ? {} : { seed: request.seed }),
      output,
      redacted: output !== sample.output || toolCalls?.changed === true,
      gateId: limits.gateId,
      at: ports.clock.now().toISOString(),
      scores: await ports.score(sample, item),
    });
  }

  /** Waits where the deployment asks for it, and never beyond the shard's time. */
  async function callWithRetries(request: ShardItem["request"]): Promise<ModelAnswer | "more" | "stopped"> {
    for (let tries = 1; ; ) {
      outcome.calls++;
      const answer = await ports.model.complete(request);
      if (answer.kind === "answer" || (answer.kind === "failed" && (!answer.retryable || tries++ >= maxTries)))
        return answer;
      const wait = answer.kind === "rateLimited" ? answer.retryAfterMs : firstBackOffMs * 2 ** (tries - 2);
      const jittered = wait * (1 + 0.25 * ports.random());
      if (ports.clock.now().getTime() + jittered > limits.deadline.getTime()) return "more";
      await ports.clock.sleep(jittered);
      // A head may be superseded during a long wait.
      if (!(await ports.mayCall())) return "stopped";
    }
  }

  const workers = Array.from({ length: Math.min(limits.concurrency, tasks.length) }, work);
  const results = await Promise.allSettled(workers);
  const broken = results.find((result) => result.status === "rejected");
  if (broken) throw broken.reason;
  ports.log.info("shard.ran", {
    shardId: shard.shardId,
    state: outcome.state,
    calls: outcome.calls,
    failures: outcome.failures.length,
  });
  return outcome;
}

/** Repeat by repeat, so that a shard that is cut short has seen every case as often as every other. */
function tasksOf(shard: Shard): Task[] {
  const most = Math.max(0, ...shard.items.map(({ repeats }) => repeats));
  return Array.from({ length: most }, (_, repeat) => repeat).flatMap((repeat) =>
    shard.items.filter((item) => repeat < item.repeats).map((item) => ({ item, repeat })),
  );
}

/** The text of the failures, the most frequent first. */
export function failureSummary(failures: readonly CallFailure[]): string[] {
  const counts = new Map<string, number>();
  for (const { reason } of failures) counts.set(reason, (counts.get(reason) ?? 0) + 1);
  return [...counts].sort((a, b) => b[1] - a[1]).map(([reason, count]) => `${count} × ${reason}`);
}
