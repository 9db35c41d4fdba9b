import { systemClock } from "../shared/clock.ts";
import { mostCostOf } from "../shared/evals/call-cost.ts";
import type { RunOutcome } from "../shared/evals/run-cases.ts";
import { together } from "../shared/evals/run-shard.ts";
import { type SampleStore, type ShardItem, sampleKey } from "../shared/evals/shard.ts";
import { createMemorySpendStore, createSpendCap } from "../shared/evals/spend.ts";
import type { Planned } from "../shared/gate/build-plan.ts";
import { chooseExtensions, lastRound, shardsOf } from "../shared/gate/extend-gate.ts";
import { judgeGate } from "../shared/gate/judge-gate.ts";
import { createSampleReader } from "../shared/gate/read-samples.ts";
import { planReport } from "../shared/gate/reports/plan-report.ts";
import type { RunReport } from "../shared/gate/reports/run-report.ts";
import { runPlan, samplesOf } from "../shared/gate/run-plan.ts";
import type { Gate } from "../shared/gate/schema.ts";
import { shardRow } from "../shared/gate/shard-row.ts";
import { limitReached } from "../shared/gate/spending.ts";
import { count } from "../shared/gate/units.ts";
import { costNanoUsd, priceOf } from "../shared/prices/price-book.ts";
import { redact } from "../shared/redaction/redact.ts";
import type { LocalServices } from "../shared/services.ts";
import type { Endpoint } from "./endpoint.ts";
import { createProgress } from "./progress-bar.ts";
import type { Terminal } from "./terminal.ts";

export interface PlannedRun {
  gate: Gate;
  planned: Planned;
  part: boolean;
  subject: string;
}

export interface FinishedRun {
  run: RunReport;
  /** Keys of every sample that the run stands for, extensions included. */
  keys: string[];
  /** Every one of them has its sample. */
  whole: boolean;
}

/** Makes a plan's calls, draws more where the gate would, and reports. Ctrl-C ends it in order; what was made is kept. */
export async function runPlanned(
  { gate: first, planned, part, subject }: PlannedRun,
  services: LocalServices,
  endpoint: Endpoint,
  terminal: Terminal,
): Promise<FinishedRun> {
  const clock = systemClock;
  const started = clock.now().getTime();
  const { plan, shards } = planned;
  const byId = new Map(shards.map((shard) => [shard.shardId, shard]));
  const stopping = stopOnInterrupt(terminal);
  const rows = shards.map((shard) => shardRow(shard, samplesOf([shard]), plan, clock.now()));
  let spent = 0;
  const limit = () => rows.map((row) => limitReached(row, first, spent, clock.now())).find((why) => why !== undefined);
  const usdPerRun = shards.find(({ limits }) => limits?.maxCostUsdPerRun !== undefined)?.limits?.maxCostUsdPerRun;
  const caps = usdPerRun === undefined ? {} : capOf(usdPerRun, first.gateId, services);
  const make = async (wanted: typeof shards): Promise<RunOutcome> => {
    const progress = createProgress(samplesOf(wanted), terminal);
    try {
      return await runPlan(
        wanted,
        { gateId: first.gateId, concurrency: endpoint.concurrency },
        {
          ...services,
          ...caps,
          redact: (text) => redact(text).text,
          costOf(deployment, usage) {
            const cost = costNanoUsd(priceOf(services.prices, deployment, clock.now()), usage);
            spent += cost ?? 0;
            return cost;
          },
          mayCall: async () => !stopping.asked() && limit() === undefined,
          stored: (sample) => progress.sample(sample.costNanoUsd),
          clock,
          random: Math.random,
        },
      );
    } finally {
      progress.end();
    }
  };
  let gate = first;
  let outcome = await make(shards);
  const keys = new Set(keysOf(shards));
  for (;;) {
    const why = outcome.state === "stopped" ? limit() : outcome.reason;
    const situation = {
      gate,
      plan,
      now: clock.now(),
      shards: rows.map((row) => ({ ...row, ...(why ? { why } : {}) })),
    };
    const parts = await judgeGate(situation, localReader(services.samples));
    const chosen =
      gate.baseSha === undefined || outcome.state !== "done" ? [] : chooseExtensions(gate, parts, clock.now());
    if (chosen.length === 0) {
      stopping.end();
      const notes = outcomeNotes(outcome, clock.now().getTime() - started);
      const facts = { gate, part, subject, notes, concludedAt: clock.now().toISOString() };
      return {
        run: await planReport(planned, parts, { ...outcome, ...(why ? { reason: why } : {}) }, facts),
        keys: [...keys],
        whole: outcome.state === "done" && outcome.failed === 0,
      };
    }
    gate = { ...gate, extensions: [...(gate.extensions ?? []), ...chosen] };
    for (const { reason } of lastRound(gate)) terminal.note(`Inconclusive so far: ${reason}.`);
    const drawn = (await shardsOf(gate, plan, async (id) => byId.get(id))).map(({ shard }) => shard);
    for (const key of keysOf(drawn)) keys.add(key);
    const more = await make(drawn);
    const { samples, mayBePaidAgain } = outcome;
    outcome = {
      ...together(outcome, more),
      samples: samples + more.samples,
      mayBePaidAgain: mayBePaidAgain + more.mayBePaidAgain,
    };
  }
}

export function keysOf(shards: Planned["shards"]): string[] {
  return shards.flatMap(({ items }) =>
    items.flatMap((item) => Array.from({ length: item.repeats }, (_, repeat) => sampleKey({ ...item, repeat }))),
  );
}

/** A checkout is no repository among others: its paths have no repository's id before them. */
export function localReader(samples: SampleStore) {
  return createSampleReader(0, { read: (path) => samples.read(path.slice("0/".length)) });
}

/** The policy's cap on a run, counted in this process. */
function capOf(usd: number, runId: string, { prices }: LocalServices) {
  const says = `caps.maxCostUsdPerRun of assay.yaml ($${usd}) leaves no room for another call; what ran is kept`;
  const scopes = [{ scope: `run:${runId}`, capNanoUsd: Math.round(usd * 1e9), says }];
  const cap = createSpendCap(createMemorySpendStore(), { worker: runId, clock: systemClock, scopes });
  return {
    // Extensions go on with what the first calls left: it is closed with the process.
    spend: { reserve: cap.reserve, close: async () => {} },
    mostOf: (request: ShardItem["request"]) => mostCostOf(request, prices, systemClock.now()),
  };
}

/** The first Ctrl-C stops in order, a second one ends the process as ever. */
function stopOnInterrupt({ note }: Terminal): { asked(): boolean; end(): void } {
  let asked = false;
  const stop = () => {
    asked = true;
    note("Stopping: calls in flight are finished and kept. Ctrl-C again ends at once.");
  };
  process.once("SIGINT", stop);
  return { asked: () => asked, end: () => void process.removeListener("SIGINT", stop) };
}

function outcomeNotes(outcome: RunOutcome, ms: number): string[] {
  const { samples, kept, calls, retries, rateLimited, mayBePaidAgain, failed } = outcome;
  const again = retries > 0 ? `, ${retries} of them retries (${rateLimited} after a rate limit)` : "";
  const made = `${count(samples, "sample")} made by ${count(calls, "call")}${again} in ${(ms / 1000).toFixed(1)} s`;
  const lost = failed > 0 ? `; ${count(failed, "call")} without an answer` : "";
  return [
    `${made}; ${kept} from the cache${lost}`,
    ...(mayBePaidAgain > 0
      ? [`${count(mayBePaidAgain, "call")} of an earlier run, in flight when it ended, may have been paid twice`]
      : []),
  ];
}
