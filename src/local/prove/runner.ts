import { randomUUID } from "node:crypto";
import { systemClock } from "../../shared/clock.ts";
import { createLeasedLimiters, leaseTimes } from "../../shared/evals/limits/leased-limiter.ts";
import { requireMetrics } from "../../shared/evals/metrics.ts";
import { runShard } from "../../shared/evals/run-shard.ts";
import { scoreItem } from "../../shared/evals/score-item.ts";
import type { SampleStore, Shard } from "../../shared/evals/shard.ts";
import { createChatClient } from "../../shared/foundry/chat-client.ts";
import { redact } from "../../shared/redaction/redact.ts";
import { EvalCase, SuiteEvaluator } from "../../shared/repository/suite.ts";
import { createBlobs } from "../../shared/storage/blobs.ts";
import { createLimitStore } from "../../shared/storage/limit-store.ts";
import { createSampleStore } from "../../shared/storage/sample-store.ts";
import { createTables } from "../../shared/storage/tables.ts";

/** What the proof tells a runner. */
export interface RunnerOrder {
  connectionString: string;
  modelUrl: string;
  productionShare: number;
  concurrency: number;
  samplesPath: string;
  /** First case and how many. */
  cases: [number, number];
  repeats: number;
  /** `limiter`: places are not asked for; `resume`: stored samples are not looked at. */
  sabotage?: "limiter" | "resume";
}

const metrics = requireMetrics([
  SuiteEvaluator.parse({ uses: "contains", with: { value: "a" }, primary: true }),
  SuiteEvaluator.parse({ name: "not-empty", uses: "length", with: { min: 1 } }),
]);

function shardOf({ cases: [first, count], repeats, samplesPath }: RunnerOrder): Shard {
  const items = Array.from({ length: count }, (_, index) => {
    const id = `c${first + index}`;
    return {
      caseId: id,
      requestDigest: `d${id}`,
      request: {
        deployment: "gpt-4.1-mini",
        messages: [{ role: "user" as const, content: `What is known of ${id}?` }],
      },
      cases: [{ digest: `k${id}`, case: EvalCase.parse({ id, inputs: {} }) }],
      repeats,
    };
  });
  return { shardId: samplesPath, runId: "proof", samplesPath, metrics: [], seed: 1, items };
}

function ignoreStored(samples: SampleStore): SampleStore {
  return { ...samples, known: async () => ({ stored: new Set(), begun: new Set() }) };
}

process.once("message", async (message) => {
  const order = message as RunnerOrder;
  const connection = { kind: "connectionString", connectionString: order.connectionString } as const;
  const samples = createSampleStore(createBlobs(connection));
  const limiters = createLeasedLimiters(createLimitStore(createTables(connection), order.modelUrl), {
    worker: randomUUID(),
    clock: systemClock,
    ...leaseTimes(10_000),
  });
  const model = createChatClient({ url: order.modelUrl, authorization: async () => ({}), timeoutMs: 30_000 });
  const outcome = await runShard(
    shardOf(order),
    { gateId: "proof", concurrency: order.concurrency },
    {
      model,
      samples: order.sabotage === "resume" ? ignoreStored(samples) : samples,
      ...(order.sabotage === "limiter" ? {} : { limiter: limiters.leaving(order.productionShare) }),
      score: (sample, item) => scoreItem(metrics, sample, item),
      redact: (text) => redact(text).text,
      costOf: () => undefined,
      clock: systemClock,
      log: { info() {}, warn() {}, error() {} },
      random: Math.random,
    },
  );
  await limiters.close();
  process.send?.(outcome, () => process.exit(0));
});
process.on("disconnect", () => process.exit(0));
