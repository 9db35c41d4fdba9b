import { describe, expect, test } from "vitest";
import { type Shard, type StoredSample, sampleKey, withAddedScores } from "../../../src/shared/evals/shard.ts";
import { Gate, ShardState } from "../../../src/shared/gate/schema.ts";
import { createSpender } from "../../../src/shared/gate/spender.ts";
import { EvalCase } from "../../../src/shared/repository/suite.ts";
import { createMemoryGate } from "../../support/memory-gate.ts";

const shard: Shard = {
  ...{ shardId: "0-head-0", runId: "0-head", samplesPath: "x.jsonl", metrics: [] },
  items: [
    {
      ...{ caseId: "c", requestDigest: "d", request: { deployment: "m", messages: [] }, repeats: 3 },
      cases: [{ digest: "k", case: EvalCase.parse({ id: "c", inputs: {} }) }],
    },
  ],
};
const gate = Gate.parse({
  ...{ gateId: "g", kind: "pull", repositoryId: 9, repository: "acme/support", stage: "running", headSha: "a" },
  ...{ createdAt: "2026-11-15T10:00:00.000Z", deadline: "2026-11-15T12:00:00.000Z" },
});
const row = (costNanoUsd: number) =>
  ShardState.parse({
    ...{ shardId: shard.shardId, runId: "0-head", stage: "running", samples: 3, costNanoUsd },
    ...{ enqueuedAt: gate.createdAt, limits: { of: "evals/s.yaml", maxCostUsd: 1 } },
  });
const sample = (repeat: number, gateId: string): StoredSample => ({
  ...{ caseId: "c", requestDigest: "d", repeat, gateId, outcome: "completed", output: "", redacted: false },
  ...{ latencyMs: 1, costNanoUsd: 100, at: "", scores: {} },
});
const judged = (own: StoredSample, gateId: string, costNanoUsd: number) =>
  withAddedScores(own, { scoresOf: sampleKey(own), scores: {}, asked: { calls: 1, costNanoUsd }, gateId });

async function spentAfterCrash(samples: StoredSample[]): Promise<number> {
  const { ports } = createMemoryGate();
  for (const own of samples) await ports.samples.append("9/x.jsonl", own);
  return (await createSpender(gate, row(0), shard, async () => undefined, ports)).costNanoUsd;
}

describe("a shard that is taken up after a crash", () => {
  test("knows what its dead worker paid for calls, and for judges", async () => {
    expect(await spentAfterCrash([judged(sample(0, "g"), "g", 7), sample(1, "g")])).toBe(207);
  });

  test("counts what this gate's judges said of samples that another gate paid for, and nothing that others paid", async () => {
    const both = judged(judged(sample(0, "other"), "other", 1000), "g", 7);
    expect(await spentAfterCrash([both, judged(sample(1, "other"), "other", 1000)])).toBe(7);
    expect(both.asked).toMatchObject({ calls: 2, costNanoUsd: 1007 });
  });
});
