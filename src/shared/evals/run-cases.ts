import type { Clock } from "../clock.ts";
import { messageOf } from "../errors.ts";
import { callWithRetries } from "./call-with-retries.ts";
import type { Limiter } from "./limits/limiter.ts";
import type { ModelAnswer, ModelClient } from "./model-client.ts";
import type { Sample, Usage } from "./sample.ts";
import type { SampleLog } from "./sample-log.ts";
import { type ShardItem, type StoredSample, sampleKey } from "./shard.ts";
import { createSilence } from "./silence.ts";
import type { SpendCap } from "./spend.ts";
import { storedSample } from "./stored-sample.ts";

/** One trial to be made: a case's request in one of its repeats. */
export interface RunTask {
  item: ShardItem;
  repeat: number;
  /** Sent with the call where the suite has one: its own plus the repeat. */
  seed?: number;
}

/** A call that stayed without an answer after its retries; its case has no score. */
export interface CallFailure {
  caseId: string;
  repeat: number;
  reason: string;
}

export interface RunOutcome {
  /**
   * `done`: every trial was tried; `more`: the time was up; `stopped`: nobody wants the rest any more; `capped`: the rest
   * would cost more than is allowed; `gaveUp`: the model has long given no answer at all.
   */
  state: "done" | "more" | "stopped" | "capped" | "gaveUp";
  /** Why it is `capped` or `gaveUp`, as a sentence. */
  reason?: string;
  /** Samples that this run stored. */
  samples: number;
  /** Trials that had a stored sample already and were not made again. */
  kept: number;
  /** Requests sent; retries are among them, and are no trials. */
  calls: number;
  retries: number;
  /** Requests that the deployment refused because of its rate limit; they are among the calls. */
  rateLimited: number;
  /** Calls of an earlier, killed worker that may have been paid and had to be made again. */
  mayBePaidAgain: number;
  /** Trials without an answer. */
  failed: number;
  /** The first of them. */
  failures: CallFailure[];
}

export interface RunLimits {
  /** Who pays: a gate, or a run of the command line. */
  gateId: string;
  /** Calls that may be unfinished at a time, up to their samples' being stored: what a kill can cost twice at most. */
  concurrency: number;
  /** Nothing begins, and nothing is waited for, beyond this. */
  deadline?: Date;
  /** How long one trial waits out rate limits where there is no deadline. Default: five minutes. */
  patienceMs?: number;
}

export interface RunPorts {
  model: ModelClient;
  samples: SampleLog;
  score(sample: Sample, item: ShardItem): Promise<StoredSample["scores"]>;
  redact(text: string): string;
  /** Integer nano-USD of a call; undefined where the price is unknown. */
  costOf(deployment: string, usage: Usage): number | undefined;
  clock: Clock;
  /** 0 ≤ x < 1, for jitter. */
  random(): number;
  /** Asked before every call: false once nobody wants the answer. Default: always wanted. */
  mayCall?(): Promise<boolean>;
  /** Default: as many calls at a time as `concurrency` says. */
  limiter?: Limiter;
  /** Default: no cap. Needs `mostOf`. */
  spend?: SpendCap;
  /** The most that a call can cost, integer nano-USD; undefined where the price is unknown: such a call cannot be capped. */
  mostOf?(request: ShardItem["request"]): number | undefined;
  /** Told of each sample once it is durable, in no order. */
  stored?(sample: StoredSample, item: ShardItem): void;
}

/** Enough to say what happened: 100,000 cases that fail must not fill the memory. */
const keptFailures = 1000;
type Ended = { ended: RunOutcome["state"]; reason?: string };

/**
 * Makes every trial that has no stored sample yet. Tasks are drawn as they are needed, never more than `concurrency` ahead,
 * so that memory does not grow with the dataset. A sample is durable before it is reported and before its place is taken by
 * the next call. Rejects where samples cannot be kept; what was stored stays, and the next run goes on from there.
 */
export async function runCases(
  tasks: Iterable<RunTask> | AsyncIterable<RunTask>,
  limits: RunLimits,
  ports: RunPorts,
): Promise<RunOutcome> {
  const { clock, samples } = ports;
  const { stored, begun } = await samples.known();
  const outcome: RunOutcome = {
    state: "done",
    samples: 0,
    kept: 0,
    calls: 0,
    retries: 0,
    rateLimited: 0,
    mayBePaidAgain: 0,
    failed: 0,
    failures: [],
  };
  const source = iteratorOf(tasks);
  const silence = createSilence(clock);
  const callPorts = { ...ports, refusing: new Map<string, number>(), silence };
  let broken: { thrown: unknown } | undefined;
  let open = true;

  async function work(): Promise<void> {
    while (open) {
      const next = await source.next();
      if (next.done || !open) return;
      const key = sampleKey({ ...next.value.item, repeat: next.value.repeat });
      if (stored.has(key)) outcome.kept++;
      else {
        const ended = await perform(next.value, key);
        if (ended) end(ended);
      }
    }
  }

  function end({ ended, reason }: Ended): void {
    if (!open) return;
    open = false;
    outcome.state = ended;
    if (reason !== undefined) outcome.reason = reason;
  }

  async function perform(task: RunTask, key: string): Promise<Ended | undefined> {
    const refused = await mayBegin();
    if (refused) return refused;
    const request = task.seed === undefined ? task.item.request : { ...task.item.request, seed: task.seed };
    const most = ports.spend && ports.mostOf?.(request);
    const reserved = most === undefined ? undefined : await ports.spend?.reserve(most);
    if (reserved && "capped" in reserved) return { ended: "capped", reason: reserved.capped };
    let cost: number | undefined;
    try {
      // Marked in its place among those in flight, so that a kill leaves no marks of calls that only waited.
      let marked: Promise<void> | undefined;
      const send = async () => {
        marked ??= samples.begin(key);
        await marked;
        return ports.model.complete(request);
      };
      const answer = await callWithRetries(request.deployment, send, limits, callPorts, outcome);
      await marked;
      if (marked && begun.has(key)) outcome.mayBePaidAgain++;
      if ("ended" in answer) {
        cost = 0;
        if (marked) await samples.end(key);
        return answer;
      }
      if (answer.kind === "answer") {
        cost = answer.usage && ports.costOf(request.deployment, answer.usage);
        await keep(task, answer, cost);
      } else {
        // What a failed call cost is unknown: its reservation stands.
        fail(task, answer.reason);
        if (marked) await samples.end(key);
        const reason = silence.over();
        if (reason !== undefined) return { ended: "gaveUp", reason: ports.redact(reason) };
      }
      return undefined;
    } finally {
      reserved?.settle(cost);
    }
  }

  async function mayBegin(): Promise<Ended | undefined> {
    if (limits.deadline && clock.now() >= limits.deadline) return { ended: "more" };
    return ports.mayCall && !(await ports.mayCall()) ? { ended: "stopped" } : undefined;
  }

  function fail({ item, repeat }: RunTask, reason: string): void {
    outcome.failed++;
    if (outcome.failures.length < keptFailures)
      outcome.failures.push({ caseId: item.caseId, repeat, reason: ports.redact(reason) });
  }

  async function keep(
    task: RunTask,
    answer: ModelAnswer & { kind: "answer" },
    cost: number | undefined,
  ): Promise<void> {
    const kept = await storedSample({ ...task, answer, cost, gateId: limits.gateId }, ports);
    try {
      await samples.append(kept);
    } catch (thrown) {
      throw new Error(
        `The sample of case ${task.item.caseId} (repeat ${task.repeat}) could not be kept: ${messageOf(thrown)}. What was stored before stays; mend the storage and start again, and only the missing calls are made.`,
        { cause: thrown },
      );
    }
    outcome.samples++;
    ports.stored?.(kept, task.item);
  }

  const workers = Array.from({ length: Math.max(1, Math.floor(limits.concurrency)) }, () =>
    work().catch((thrown: unknown) => {
      broken ??= { thrown };
      open = false;
    }),
  );
  try {
    await Promise.all(workers);
  } finally {
    await source.return?.();
    await ports.spend?.close();
  }
  if (broken) throw broken.thrown;
  return outcome;
}

/** Every repeat of a case after the other, case by case: for a dataset that is read as it goes. */
export async function* tasksByCase(
  items: Iterable<ShardItem> | AsyncIterable<ShardItem>,
  seed?: number,
): AsyncGenerator<RunTask> {
  for await (const item of items) {
    for (let repeat = 0; repeat < item.repeats; repeat++)
      yield { item, repeat, ...(seed === undefined ? {} : { seed: seed + repeat }) };
  }
}

function iteratorOf<T>(source: Iterable<T> | AsyncIterable<T>): AsyncIterator<T> | Iterator<T> {
  return Symbol.asyncIterator in source ? source[Symbol.asyncIterator]() : source[Symbol.iterator]();
}
