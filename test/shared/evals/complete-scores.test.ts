import { beforeEach, describe, expect, test } from "vitest";
import { requireMetrics } from "../../../src/shared/evals/metrics.ts";
import type { ChatRequest, ModelAnswer } from "../../../src/shared/evals/model-client.ts";
import { runShard, type ShardPorts } from "../../../src/shared/evals/run-shard.ts";
import { scoreItem } from "../../../src/shared/evals/score-item.ts";
import type { KeptAnswer } from "../../../src/shared/evals/scoring-models.ts";
import {
  type Shard,
  type StoredSample,
  sampleKey,
  scoreKey,
  withAddedScores,
} from "../../../src/shared/evals/shard.ts";
import { EvalCase, SuiteEvaluator } from "../../../src/shared/repository/suite.ts";
import { createMemoryLog } from "../../support/log.ts";
import { createManualClock, type ManualClock } from "../../support/manual-clock.ts";

const plain = SuiteEvaluator.parse({ name: "0", uses: "contains", with: { value: "hello" } });
const judged = SuiteEvaluator.parse({ name: "1", uses: "judge/relevance", with: { judge: "j@1" } });

let clock: ManualClock;
let stored: Map<string, StoredSample>;
let kept: Map<string, KeptAnswer>;
let asked: ChatRequest[];
let wanted: () => boolean;
let says: (request: ChatRequest, call: number) => ModelAnswer;

const answer = (output: string, answeredBy = "judge-1"): ModelAnswer => ({
  kind: "answer",
  outcome: "completed",
  output,
  latencyMs: 1,
  usage: { inputTokens: 10, outputTokens: 1 },
  answeredBy,
});
const grade = (score: number) => answer(JSON.stringify({ reason: "key sk-1", score }));
const judgeCalls = () => asked.filter(({ deployment }) => deployment === "j");

beforeEach(() => {
  clock = createManualClock();
  stored = new Map();
  kept = new Map();
  asked = [];
  wanted = () => true;
  says = ({ deployment }) => (deployment === "j" ? grade(4) : answer("hello, key sk-123"));
});

function run(cases: number, repeats: number, entries: SuiteEvaluator[], more: Partial<ShardPorts> = {}) {
  const metrics = requireMetrics(entries);
  const shard: Shard = {
    shardId: "s",
    runId: "r",
    samplesPath: "9/x.jsonl",
    metrics: entries,
    items: Array.from({ length: cases }, (_, i) => ({
      caseId: `c${i}`,
      requestDigest: `d${i}`,
      request: { deployment: "m", messages: [{ role: "user" as const, content: `q${i}` }] },
      cases: [{ digest: `k${i}`, case: EvalCase.parse({ id: `c${i}`, inputs: { q: `question ${i}` } }) }],
      repeats,
    })),
  };
  return runShard(
    shard,
    { gateId: "g", concurrency: 3, deadline: new Date(clock.now().getTime() + 60_000) },
    {
      model: {
        async complete(request) {
          asked.push(structuredClone(request));
          return says(request, asked.length);
        },
      },
      samples: {
        read: async () => new Map(stored),
        known: async () => ({ stored: new Set(stored.keys()), begun: new Set() }),
        mark: async () => {},
        append: async (_path, sample) => void stored.set(sampleKey(sample), sample),
        addScores: async (_path, added) => {
          const sample = stored.get(added.scoresOf);
          if (sample) stored.set(added.scoresOf, withAddedScores(sample, added));
        },
      },
      kept: { get: async (key) => kept.get(key), put: async (key, value) => void kept.set(key, value) },
      metrics,
      score: (sample, item) => scoreItem(metrics, sample, item),
      mayCall: async () => wanted(),
      redact: (text) => text.replace(/sk-\d+/g, "[REDACTED]"),
      costOf: (_, usage) => usage.inputTokens * 1000,
      clock,
      log: createMemoryLog(),
      random: () => 0,
      ...more,
    },
  );
}

const scoreOf = (entry: SuiteEvaluator, index: number) => {
  const [metric] = requireMetrics([entry]);
  return [...stored.values()].map(({ scores }) => scores[scoreKey(metric?.digest ?? "", `k${index}`)]);
};

describe("completeScores", () => {
  test("judges are asked once the samples are stored, of the text without its secrets, and their cost is kept", async () => {
    expect(await run(2, 2, [plain, judged])).toMatchObject({ state: "done", samples: 4, calls: 8, failed: 0 });
    expect(judgeCalls()).toHaveLength(4);
    expect(JSON.stringify(judgeCalls())).not.toContain("sk-123");
    expect(scoreOf(judged, 0)[0]).toEqual({ value: 0.75, reason: "key [REDACTED]", judgedBy: "judge-1" });
    expect([...stored.values()][0]).toMatchObject({ costNanoUsd: 10_000, asked: { calls: 1, costNanoUsd: 10_000 } });
  });

  test("no judgement is paid twice: not by a second run, and not for a metric beside it", async () => {
    await run(2, 1, [plain, judged]);
    asked = [];
    expect(await run(2, 1, [plain, judged])).toMatchObject({ calls: 0 });
    const floor = SuiteEvaluator.parse({ ...judged, name: "2", threshold: 0.5 });
    expect(await run(2, 1, [plain, floor])).toMatchObject({ calls: 0 });
  });

  test("a metric that is newer than the samples gets its scores from them, without a call of the prompt's model", async () => {
    await run(3, 1, [judged]);
    asked = [];
    expect(await run(3, 1, [plain, judged])).toMatchObject({ state: "done", calls: 0 });
    expect(scoreOf(plain, 0)[0]).toEqual({ value: 1 });
  });

  test("a judge that cannot be reached leaves its scores open, and the next run has them", async () => {
    says = ({ deployment }) =>
      deployment === "j" ? { kind: "failed", reason: "HTTP 401: sk-9", retryable: false } : answer("hello");
    expect(await run(1, 1, [plain, judged])).toMatchObject({
      state: "done",
      failed: 1,
      failures: [{ caseId: "c0", reason: "the judge gave no answer: HTTP 401: [REDACTED]" }],
    });
    expect(scoreOf(judged, 0)).toEqual([undefined]);
    says = () => grade(5);
    await run(1, 1, [plain, judged]);
    expect(scoreOf(judged, 0)).toMatchObject([{ value: 1 }]);
  });

  test("bad input: a judge that answers prose instead of JSON: the score is missing and stays so, the sample stands", async () => {
    says = ({ deployment }) => answer(deployment === "j" ? "Great answer, 5/5." : "hello");
    expect(await run(1, 1, [plain, judged])).toMatchObject({ state: "done", samples: 1, calls: 3, failed: 0 });
    expect(scoreOf(judged, 0)).toEqual([{ missing: "the judge answered no JSON: Great answer, 5/5., twice" }]);
    expect(scoreOf(plain, 0)).toEqual([{ value: 1 }]);
    expect(await run(1, 1, [plain, judged])).toMatchObject({ calls: 0 });
  });

  test("a judge's rate limit is waited for, and hands on what does not fit into the time", async () => {
    says = ({ deployment }, call) => {
      if (deployment !== "j") return answer("hello");
      return call === 2 ? { kind: "rateLimited", retryAfterMs: 3000, reason: "429" } : grade(3);
    };
    const running = run(1, 1, [judged]);
    while (clock.sleeping() === 0) await new Promise((resolve) => setImmediate(resolve));
    await clock.advance(3000);
    expect(await running).toMatchObject({ state: "done", rateLimited: 1 });
    stored.clear();
    kept.clear();
    says = ({ deployment }) =>
      deployment === "j" ? { kind: "rateLimited", retryAfterMs: 300_000, reason: "429" } : answer("hello");
    expect(await run(1, 1, [judged])).toMatchObject({ state: "more", samples: 1 });
    expect(stored.size).toBe(1);
  });

  test("no judge is asked once nobody waits", async () => {
    wanted = () => asked.length < 2;
    expect(await run(2, 1, [judged])).toMatchObject({ state: "stopped", samples: 2 });
    expect(judgeCalls()).toHaveLength(0);
  });

  test("a cap holds for judges too, and stops with its reason", async () => {
    const spend = {
      reserve: async () => (asked.length < 2 ? { settle: () => {} } : { capped: "the day's 1 USD is spent" }),
      close: async () => {},
    };
    expect(await run(2, 1, [judged], { spend, mostOf: () => 1 })).toMatchObject({
      state: "capped",
      reason: "the day's 1 USD is spent",
    });
    expect(judgeCalls()).toHaveLength(0);
  });

  test("what a judge was paid before an interruption is kept with the sample, and by whom", async () => {
    // Prose, so that it is asked once more; which has to wait longer than there is time.
    const second = { kind: "rateLimited", retryAfterMs: 300_000, reason: "429" } as const;
    says = ({ deployment }, call) => (deployment !== "j" ? answer("hello") : call < 3 ? answer("prose") : second);
    expect(await run(1, 1, [judged])).toMatchObject({ state: "more" });
    expect([...stored.values()][0]?.asked).toEqual({ calls: 1, costNanoUsd: 10_000, paidBy: { g: 10_000 } });
  });

  test("bad input: a disk that is full for one worker ends them all, before the error is told", async () => {
    await run(30, 1, []);
    const before = asked.length;
    let writes = 0;
    const samples = {
      read: async () => new Map(stored),
      known: async () => ({ stored: new Set(stored.keys()), begun: new Set<string>() }),
      mark: async () => {},
      append: async () => {},
      async addScores() {
        if (writes++ === 0) throw new Error("ENOSPC: no space left on device");
      },
    };
    await expect(run(30, 1, [judged], { samples })).rejects.toThrow("ENOSPC");
    const told = asked.length - before;
    expect(told).toBeLessThanOrEqual(6);
    await new Promise((resolve) => setImmediate(resolve));
    expect(asked.length - before).toBe(told);
  });
});
