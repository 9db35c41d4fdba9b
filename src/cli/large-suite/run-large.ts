import path from "node:path";
import { systemClock } from "../../shared/clock.ts";
import { buildRequest } from "../../shared/evals/build-request.ts";
import { estimateRun, estimateText, type PlannedCalls, type RunEstimate } from "../../shared/evals/estimate-run.ts";
import { requireMetrics } from "../../shared/evals/metrics.ts";
import { requestDigest } from "../../shared/evals/request-digest.ts";
import { type RunTask, runCases } from "../../shared/evals/run-cases.ts";
import { sampleLogOf } from "../../shared/evals/sample-log.ts";
import { scoreItem } from "../../shared/evals/score-item.ts";
import { type Shard, sampleKey } from "../../shared/evals/shard.ts";
import type { Planned } from "../../shared/gate/build-plan.ts";
import { namesOf } from "../../shared/gate/figures.ts";
import type { PlannedComparison } from "../../shared/gate/plan.ts";
import { planReport } from "../../shared/gate/reports/plan-report.ts";
import type { RunReport } from "../../shared/gate/reports/run-report.ts";
import { metricsOf } from "../../shared/gate/run-plan.ts";
import type { Gate } from "../../shared/gate/schema.ts";
import { shardRow } from "../../shared/gate/shard-row.ts";
import { limitReached } from "../../shared/gate/spending.ts";
import { costNanoUsd, priceOf } from "../../shared/prices/price-book.ts";
import { redact } from "../../shared/redaction/redact.ts";
import { caseDigest } from "../../shared/repository/case-digest.ts";
import type { Prompt } from "../../shared/repository/prompt.ts";
import type { EvalCase } from "../../shared/repository/suite.ts";
import type { LocalServices } from "../../shared/services/local-services.ts";
import type { Endpoint } from "../endpoint.ts";
import { createProgress } from "../progress-bar.ts";
import { holdRun } from "../run-limits.ts";
import { outcomeNotes, stopOnInterrupt } from "../run-planned.ts";
import { createStopwatch, runSpeed } from "../run-speed.ts";
import type { Terminal } from "../terminal.ts";
import { UsageError } from "../usage-error.ts";
import { type IndexedCase, indexCase, readLargeSamples } from "./judge-large.ts";

/** A suite that is planned on its first rows, with all of its cases to be read from its datasets as they are needed. */
export interface LargeRun {
  gate: Gate;
  /** Of the first rows. */
  planned: Planned;
  prompt: Prompt;
  subject: string;
  cases(): AsyncIterable<EvalCase>;
}

/** What is known of a large run before its first call. */
interface LargePlan {
  shard: Shard;
  comparison: PlannedComparison;
  /** Number of cases. */
  count: number;
  estimate: RunEstimate;
}

/** Reads the cases once, and says what the run would take. @throws UsageError where nothing can be run */
export async function planLarge(
  { planned, prompt, cases }: LargeRun,
  services: LocalServices,
  { concurrency }: Endpoint,
): Promise<LargePlan> {
  const [shard] = planned.shards;
  const [comparison] = planned.plan.comparisons;
  if (!shard || !comparison) throw new UsageError("The suite's first rows fit no prompt.", "Mend the dataset first.");
  const asking = requireMetrics(comparison.metrics).find(({ asks }) => asks.length > 0);
  if (asking)
    throw new UsageError(
      `The metric \`${asking.name}\` asks a model, and the suite has more cases than are held at a time.`,
      "Run a part of it (--filter), or make a smaller suite for judged metrics.",
    );
  const { stored } = await services.samples.known(shard.samplesPath);
  let count = 0;
  const estimate: RunEstimate = {
    ...{ calls: 0, cached: 0, unpriced: [] },
    ...{ costNanoUsd: { least: 0, most: 0 }, minutes: { least: 0, most: 0 } },
  };
  let batch: PlannedCalls[] = [];
  const add = () => {
    const part = estimateRun(batch, { prices: services.prices, at: new Date(), concurrency });
    estimate.calls += part.calls;
    estimate.cached += part.cached;
    estimate.unpriced = [...new Set([...estimate.unpriced, ...part.unpriced])].sort();
    for (const end of ["least", "most"] as const) {
      estimate.costNanoUsd[end] += part.costNanoUsd[end];
      estimate.minutes[end] += part.minutes[end];
    }
    batch = [];
  };
  const { repeats } = comparison;
  for await (const item of cases()) {
    const request = buildRequest(prompt, item);
    if (!request)
      throw new UsageError(`The prompt cannot be given the case \`${item.id}\`.`, "Its inputs are not the prompt's.");
    const digest = requestDigest(request);
    count++;
    const keys = Array.from({ length: repeats }, (_, repeat) =>
      sampleKey({ caseId: item.id, requestDigest: digest, repeat }),
    );
    batch.push({ request, repeats, kept: keys.filter((key) => stored.has(key)).length });
    if (batch.length >= 1000) add();
  }
  add();
  return { shard, comparison, count, estimate };
}

/** Makes the calls of a large suite, its cases read as they are needed, and judges what was stored line by line. */
export async function runLarge(
  run: LargeRun,
  { shard, comparison, count, estimate }: LargePlan,
  services: LocalServices,
  endpoint: Endpoint,
  terminal: Terminal,
): Promise<RunReport> {
  const { gate, planned, subject } = run;
  const { repeats } = comparison;
  const trials = count * repeats;
  if (estimate.calls > 0 && terminal.progress) terminal.note(estimateText(estimate));
  const stopping = stopOnInterrupt(terminal);
  const held = holdRun(gate.gateId, shard.limits, services, endpoint);
  const progress = createProgress(trials, terminal);
  const row = shardRow(shard, trials, planned.plan, systemClock.now());
  const limit = () => limitReached(row, gate, row.costNanoUsd, systemClock.now());
  const metrics = metricsOf(shard);
  const watch = createStopwatch();
  const stop = watch.start();
  try {
    const outcome = await runCases(
      tasksOf(run, repeats, shard.seed),
      { gateId: gate.gateId, concurrency: endpoint.concurrency },
      {
        model: services.model,
        samples: sampleLogOf(services.samples, shard.samplesPath),
        score: (sample, item) => scoreItem(metrics, sample, item),
        redact: (text) => redact(text).text,
        costOf: (deployment, usage) => costNanoUsd(priceOf(services.prices, deployment, systemClock.now()), usage),
        clock: systemClock,
        random: Math.random,
        mayCall: async () => !stopping.asked() && limit() === undefined,
        stored(sample) {
          row.costNanoUsd += sample.costNanoUsd ?? 0;
          progress.sample(sample.costNanoUsd);
        },
        ...held.ports,
      },
    );
    stop();
    progress.end();
    const why = outcome.state === "stopped" ? limit() : outcome.reason;
    const { suite, prompt } = comparison;
    const read = await readLargeSamples(services.lines(shard.samplesPath), await indexOf(run), {
      ...{ metrics: requireMetrics(comparison.metrics), repeats, gateId: gate.gateId, suite, prompt },
    });
    const speed = runSpeed(outcome, watch);
    const report = await planReport(
      planned,
      [{ comparison, cases: read.cases }],
      { ...outcome, ...(why ? { reason: why } : {}) },
      {
        ...{ gate, part: false, subject, notes: outcomeNotes(outcome, speed) },
        concludedAt: systemClock.now().toISOString(),
        read: {
          figures: planned.plan.runs.map((own) => ({ ...namesOf(own), ...read.sums.figures() })),
          failing: read.failing,
          planned: trials,
        },
      },
    );
    return { ...bounded(report), speed };
  } finally {
    progress.end();
    stopping.end();
    await held.close();
  }
}

/** Only once the calls are made: while they are, nothing is held of the cases but their ids. */
async function indexOf({ cases, prompt }: LargeRun): Promise<Map<string, IndexedCase>> {
  const indexed = new Map<string, IndexedCase>();
  for await (const item of cases()) {
    const request = buildRequest(prompt, item);
    if (request) indexed.set(item.id, indexCase(item, requestDigest(request), caseDigest(item)));
  }
  return indexed;
}

async function* tasksOf({ cases, prompt }: LargeRun, repeats: number, seed?: number): AsyncGenerator<RunTask> {
  for (let repeat = 0; repeat < repeats; repeat++) {
    for await (const item of cases()) {
      const request = buildRequest(prompt, item);
      if (!request) continue;
      const versions = [{ digest: caseDigest(item), case: item }];
      yield {
        item: { caseId: item.id, requestDigest: requestDigest(request), request, cases: versions, repeats },
        repeat,
        ...(seed === undefined ? {} : { seed: seed + repeat }),
      };
    }
  }
}

/** As many as a person could go through. */
const mostNamed = 500;

/** Lists of cases cut to what a person could read; how many there are stands in the reasons. */
function bounded(run: RunReport): RunReport {
  for (const { verdict } of run.report.comparisons) {
    for (const metric of verdict.metrics) {
      for (const list of [metric.missing, metric.passToFail, metric.failToPass]) list.splice(mostNamed);
    }
  }
  return run;
}

/** @throws UsageError where the run would make more calls than policy or suite allow */
export function refuseTooMany(calls: number, limits: readonly { limit: number | undefined; of: string }[]): void {
  const over = limits.find(({ limit }) => limit !== undefined && calls > limit);
  if (over)
    throw new UsageError(
      `Nothing was called: a run would make ${calls} calls; ${over.of} allows ${over.limit}.`,
      "Run a part of it (--case, --filter), or raise the limit.",
    );
}

export function onlyPrompt(prompts: readonly Prompt[], root: string): Prompt {
  const [prompt, other] = prompts;
  if (prompt && !other && prompt.model) return prompt;
  throw new UsageError(
    `A suite of this size runs on one prompt that asks one model; in ${path.basename(root)} it covers ${prompts.length}${prompt?.model ? "" : ", which asks a route"}.`,
    "Add --model M, and let the suite's `prompts:` name one.",
  );
}
