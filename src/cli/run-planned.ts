import { systemClock } from "../shared/clock.ts";
import type { RunOutcome } from "../shared/evals/run-cases.ts";
import { together } from "../shared/evals/run-shard.ts";
import { type SampleStore, sampleKey } from "../shared/evals/shard.ts";
import type { Planned } from "../shared/gate/build-plan.ts";
import { chooseExtensions, lastRound, shardsOf } from "../shared/gate/extend-gate.ts";
import { judgeGate } from "../shared/gate/judge-gate.ts";
import { createSampleReader } from "../shared/gate/read-samples.ts";
import { planReport } from "../shared/gate/reports/plan-report.ts";
import type { RunReport, RunSpeed } from "../shared/gate/reports/run-report.ts";
import { runPlan, samplesOf } from "../shared/gate/run-plan.ts";
import type { Gate, ShardState } from "../shared/gate/schema.ts";
import { pairOf, shardRow } from "../shared/gate/shard-row.ts";
import { limitReached, spentOn } from "../shared/gate/spending.ts";
import { count } from "../shared/gate/units.ts";
import { costNanoUsd, priceOf } from "../shared/prices/price-book.ts";
import { pricedAs } from "../shared/prices/priced-as.ts";
import { redact } from "../shared/redaction/redact.ts";
import type { LocalServices } from "../shared/services/local-services.ts";
import type { Endpoint } from "./endpoint.ts";
import { createProgress } from "./progress-bar.ts";
import { type HeldRun, holdRun } from "./run-limits.ts";
import { createStopwatch, runSpeed } from "./run-speed.ts";
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
  run: PlannedRun,
  given: LocalServices,
  endpoint: Endpoint,
  terminal: Terminal,
): Promise<FinishedRun> {
  const services = { ...given, prices: pricedAs(given.prices, run.planned.shards) };
  const stopping = stopOnInterrupt(terminal);
  const held = holdRun(run.gate.gateId, run.planned.shards[0]?.limits, services, endpoint);
  try {
    return await runHeld(run, { services, concurrency: endpoint.concurrency, terminal, held, stopping });
  } finally {
    stopping.end();
    await held.close();
  }
}

interface RunWith {
  services: LocalServices;
  concurrency: number;
  terminal: Terminal;
  held: HeldRun;
  stopping: Pick<Stopping, "asked">;
}

async function runHeld(
  { gate: first, planned, part, subject }: PlannedRun,
  { services, concurrency, terminal, held, stopping }: RunWith,
): Promise<FinishedRun> {
  const clock = systemClock;
  const { plan, shards } = planned;
  const byId = new Map(shards.map((shard) => [shard.shardId, shard]));
  const rows = shards.map((shard) => shardRow(shard, samplesOf([shard]), plan, clock.now()));
  const limit = () => {
    const at = clock.now();
    return rows
      .map((row) => limitReached(row, first, spentOn(pairOf(row.shardId), rows), at))
      .find((why) => why !== undefined);
  };
  const watch = createStopwatch();
  const make = async (wanted: typeof shards): Promise<RunOutcome> => {
    const progress = createProgress(samplesOf(wanted), terminal);
    const stop = watch.start();
    try {
      return await runPlan(
        wanted,
        { gateId: first.gateId, concurrency },
        {
          ...services,
          ...held.ports,
          redact: (text) => redact(text).text,
          costOf: (deployment, usage) => costNanoUsd(priceOf(services.prices, deployment, clock.now()), usage),
          paid: (shardId, cost) => addCost(rows, shardId, cost),
          mayCall: async () => !stopping.asked() && limit() === undefined,
          stored: (sample) => progress.sample(sample.costNanoUsd),
          clock,
          random: Math.random,
        },
      );
    } finally {
      stop();
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
      const speed = runSpeed(outcome, watch);
      const notes = outcomeNotes(outcome, speed);
      const facts = { gate, part, subject, notes, concludedAt: clock.now().toISOString() };
      const report = await planReport(planned, parts, { ...outcome, ...(why ? { reason: why } : {}) }, facts);
      return { run: { ...report, speed }, keys: [...keys], whole: outcome.state === "done" && outcome.failed === 0 };
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

function keysOf(shards: Planned["shards"]): string[] {
  return shards.flatMap(({ items }) =>
    items.flatMap((item) => Array.from({ length: item.repeats }, (_, repeat) => sampleKey({ ...item, repeat }))),
  );
}

/** A checkout is no repository among others: its paths have no repository's id before them. */
export function localReader(samples: SampleStore) {
  return createSampleReader(0, { read: (path) => samples.read(path.slice("0/".length)) });
}

/** To the shard's own row, or, where it was drawn later, to another of its pair: budgets count pairs. */
function addCost(rows: ShardState[], shardId: string, costNanoUsd: number): void {
  const row =
    rows.find((own) => own.shardId === shardId) ?? rows.find((own) => pairOf(own.shardId) === pairOf(shardId));
  if (row) row.costNanoUsd += costNanoUsd;
}

interface Stopping {
  asked(): boolean;
  end(): void;
}

/** The first Ctrl-C stops in order, a second one ends the process as ever. */
export function stopOnInterrupt({ note }: Terminal): Stopping {
  let asked = false;
  const stop = () => {
    asked = true;
    note("Stopping: calls in flight are finished and kept. Ctrl-C again ends at once.");
  };
  process.once("SIGINT", stop);
  return { asked: () => asked, end: () => void process.removeListener("SIGINT", stop) };
}

export function outcomeNotes(outcome: RunOutcome, { seconds, callsPerSecond = 0 }: RunSpeed): string[] {
  const { samples, kept, calls, retries, rateLimited, mayBePaidAgain, failed } = outcome;
  const again = retries > 0 ? `, ${retries} of them retries (${rateLimited} after a rate limit)` : "";
  const rate = calls > 1 ? ` (${callsPerSecond < 10 ? callsPerSecond.toFixed(1) : Math.round(callsPerSecond)}/s)` : "";
  const made = `${count(samples, "sample")} made by ${count(calls, "call")}${again} in ${seconds.toFixed(1)} s${rate}`;
  const lost = failed > 0 ? `; ${count(failed, "call")} without an answer` : "";
  return [
    `${made}; ${kept} from the cache${lost}`,
    ...(mayBePaidAgain > 0
      ? [`${count(mayBePaidAgain, "call")} of an earlier run, in flight when it ended, may have been paid twice`]
      : []),
  ];
}
