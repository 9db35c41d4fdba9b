import { systemClock } from "../shared/clock.ts";
import type { RunOutcome } from "../shared/evals/run-cases.ts";
import type { ScoringModels } from "../shared/evals/scoring-models.ts";
import type { StoredSample } from "../shared/evals/shard.ts";
import type { Planned } from "../shared/gate/build-plan.ts";
import { completeScores } from "../shared/gate/complete-scores.ts";
import { planReport } from "../shared/gate/reports/plan-report.ts";
import type { RunReport } from "../shared/gate/reports/run-report.ts";
import { runPlan, samplesOf } from "../shared/gate/run-plan.ts";
import type { Gate } from "../shared/gate/schema.ts";
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

/** Makes a plan's calls, with its progress shown, and reports. Ctrl-C ends it in order; what was made is kept. */
export async function runPlanned(
  { gate, planned, part, subject }: PlannedRun,
  services: LocalServices,
  endpoint: Endpoint,
  terminal: Terminal,
): Promise<RunReport> {
  const clock = systemClock;
  const progress = createProgress(samplesOf(planned.shards), terminal);
  let wanted = true;
  const stop = () => {
    // A second one ends the process at once, as ever.
    process.removeListener("SIGINT", stop);
    wanted = false;
    terminal.note("Stopping: calls in flight are finished and kept. Ctrl-C again ends at once.");
  };
  process.once("SIGINT", stop);
  const scoring = scoringModels(services);
  const started = clock.now().getTime();
  let outcome: RunOutcome;
  try {
    outcome = await runPlan(
      planned.shards,
      { gateId: gate.gateId, concurrency: endpoint.concurrency },
      {
        model: services.model,
        samples: services.samples,
        scoring,
        redact: (text) => redact(text).text,
        costOf: (deployment, usage) => costNanoUsd(priceOf(services.prices, deployment, clock.now()), usage),
        mayCall: async () => wanted,
        stored: (sample: StoredSample) => progress.sample(sample.costNanoUsd),
        clock,
        random: Math.random,
      },
    );
  } finally {
    process.removeListener("SIGINT", stop);
    progress.end();
  }
  const completed = await completeScores(planned.shards, services.samples, scoring);
  const notes = [...outcomeNotes(outcome, clock.now().getTime() - started), ...scoreNotes(completed)];
  return planReport(planned, outcome, completed.store, {
    gate,
    part,
    subject,
    notes,
    concludedAt: clock.now().toISOString(),
  });
}

function scoringModels({ model, files }: LocalServices): ScoringModels {
  return {
    complete: (request) => model.complete(request),
    embed: async () => ({ kind: "failed", retryable: false, reason: "the command line asks no embeddings yet" }),
    kept: {
      async get(key) {
        const bytes = await files.get(`judged/${key}.json`);
        return bytes && JSON.parse(Buffer.from(bytes).toString("utf8"));
      },
      put: (key, answer) => files.put(`judged/${key}.json`, JSON.stringify(answer)),
    },
  };
}

function outcomeNotes(
  { samples, kept, calls, retries, rateLimited, mayBePaidAgain, failed }: RunOutcome,
  ms: number,
): string[] {
  const again = retries > 0 ? `, ${retries} of them retries (${rateLimited} after a rate limit)` : "";
  return [
    `${count(samples, "sample")} made by ${count(calls, "call")}${again} in ${(ms / 1000).toFixed(1)} s; ${kept} from the cache${failed > 0 ? `; ${count(failed, "call")} without an answer` : ""}`,
    ...(mayBePaidAgain > 0
      ? [`${count(mayBePaidAgain, "call")} of an earlier run was in flight when it ended and may have been paid twice`]
      : []),
  ];
}

function scoreNotes({ rescored, onRedacted }: { rescored: number; onRedacted: number }): string[] {
  if (rescored === 0) return [];
  const redacted = onRedacted > 0 ? `; ${onRedacted} of them on text that was redacted before` : "";
  return [`${count(rescored, "kept sample")} got scores that the suite did not ask for before${redacted}`];
}
