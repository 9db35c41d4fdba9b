import { messageOf } from "../errors.ts";
import { estimateRun, estimateText, type PlannedCalls } from "../evals/estimate-run.ts";
import { plannedJudging } from "../evals/planned-judging.ts";
import { type Shard, sampleKey } from "../evals/shard.ts";
import { pricedAs } from "../prices/priced-as.ts";
import { progressText } from "./check-text.ts";
import type { Checks } from "./code-host.ts";
import type { GatePorts } from "./ports.ts";
import { metricsOf } from "./run-plan.ts";
import type { Gate } from "./schema.ts";

/** Shards that are taken to run at a time; an instance of the app runs as many. */
const shardsAtATime = 4;
const readsAtATime = 16;

/** Says in the check what the gate will take, before anything is spent. A text that cannot be shown stops no gate. */
export async function showEstimate(
  { repositoryId, gateId, checkRunId }: Gate,
  shards: readonly Shard[],
  checks: Checks,
  ports: GatePorts,
): Promise<string> {
  const estimate = await estimateGate(repositoryId, shards, ports);
  if (checkRunId === undefined) return estimate;
  const total = shards.reduce((sum, { items }) => sum + items.reduce((more, { repeats }) => more + repeats, 0), 0);
  try {
    await checks.update(checkRunId, { status: "in_progress", ...progressText({ done: 0, total, estimate }) });
  } catch (thrown) {
    ports.log.warn("estimate.unshown", { gateId, reason: messageOf(thrown) });
  }
  return estimate;
}

/** What a gate will take, as a sentence, from what it plans and the samples that are kept. */
async function estimateGate(
  repositoryId: number,
  shards: readonly Shard[],
  { samples, prices, clock, concurrency }: GatePorts,
): Promise<string> {
  const planned: PlannedCalls[] = [];
  for (let from = 0; from < shards.length; from += readsAtATime) {
    const part = shards.slice(from, from + readsAtATime);
    const counted = await Promise.all(
      part.map(async (shard) => {
        const { stored } = await samples.known(`${repositoryId}/${shard.samplesPath}`);
        const metrics = metricsOf(shard);
        return shard.items.flatMap((item) => {
          const keys = Array.from({ length: item.repeats }, (_, repeat) => sampleKey({ ...item, repeat }));
          const kept = keys.filter((key) => stored.has(key)).length;
          return [{ request: item.request, repeats: item.repeats, kept }, ...plannedJudging(metrics, item, kept)];
        });
      }),
    );
    for (const one of counted.flat()) planned.push(one);
  }
  return estimateText(
    estimateRun(planned, {
      prices: pricedAs(prices, shards),
      at: clock.now(),
      concurrency: concurrency * Math.min(shards.length, shardsAtATime),
    }),
  );
}
