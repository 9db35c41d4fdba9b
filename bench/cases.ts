import { startModelStandIn } from "../src/local/model/start.ts";
import { systemClock } from "../src/shared/clock.ts";
import { requireMetrics } from "../src/shared/evals/metrics.ts";
import { runShard } from "../src/shared/evals/run-shard.ts";
import { scoreItem } from "../src/shared/evals/score-item.ts";
import type { Shard, StoredSample } from "../src/shared/evals/shard.ts";
import { createChatClient } from "../src/shared/foundry/chat-client.ts";
import { redact } from "../src/shared/redaction/redact.ts";
import { EvalCase, SuiteEvaluator } from "../src/shared/repository/suite.ts";
import type { Figure } from "./figures.ts";

const cases = 2000;

/** CPU of this process for a case: request, answer, two string evaluators, redaction, the sample's line. */
export async function benchCases(): Promise<Figure[]> {
  const model = await startModelStandIn({ port: 0, seed: 1, latencyMs: 20 });
  const metrics = requireMetrics([
    SuiteEvaluator.parse({ uses: "contains", with: { value: "a" }, primary: true }),
    SuiteEvaluator.parse({ name: "not-empty", uses: "length", with: { min: 1 } }),
  ]);
  const shard: Shard = {
    shardId: "bench",
    runId: "bench",
    samplesPath: "bench",
    metrics: [],
    items: Array.from({ length: cases }, (_, n) => ({
      caseId: `c${n}`,
      requestDigest: `d${n}`,
      request: {
        deployment: "gpt-4.1-mini",
        messages: [{ role: "user" as const, content: `What is known about number ${n}?` }],
      },
      cases: [{ digest: `k${n}`, case: EvalCase.parse({ id: `c${n}`, inputs: {} }) }],
      repeats: 1,
    })),
  };
  const lines: string[] = [];
  const client = createChatClient({ url: model.url, authorization: async () => ({}), timeoutMs: 10_000 });
  const run = (limits: { items: Shard["items"] }) =>
    runShard(
      { ...shard, ...limits },
      { gateId: "bench", concurrency: 20, deadline: new Date(Date.now() + 300_000) },
      {
        model: client,
        samples: {
          read: async () => new Map<string, StoredSample>(),
          known: async () => ({ stored: new Set(), begun: new Set() }),
          mark: async () => {},
          append: async (_, sample) => void lines.push(JSON.stringify(sample)),
          addScores: async () => {},
        },
        mayCall: async () => true,
        score: (sample, item) => scoreItem(metrics, sample, item),
        redact: (text) => redact(text).text,
        costOf: () => undefined,
        clock: systemClock,
        log: { info() {}, warn() {}, error() {} },
        random: () => 0,
      },
    );
  try {
    await run({ items: shard.items.slice(0, 200) });
    const before = process.cpuUsage();
    await run({ items: shard.items });
    const { user, system } = process.cpuUsage(before);
    return [
      { figure: "CPU a case, two string evaluators", value: (user + system) / 1000 / cases, unit: "ms", limit: 1 },
    ];
  } finally {
    await model.stop();
  }
}
