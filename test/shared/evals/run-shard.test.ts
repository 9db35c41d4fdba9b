import { beforeEach, describe, expect, test } from "vitest";
import type { ModelAnswer } from "../../../src/shared/evals/model-client.ts";
import { failureSummary, runShard } from "../../../src/shared/evals/run-shard.ts";
import { type Shard, type StoredSample, sampleKey, withAddedScores } from "../../../src/shared/evals/shard.ts";
import { EvalCase } from "../../../src/shared/repository/suite.ts";
import { createMemoryLog } from "../../support/log.ts";
import { createManualClock, type ManualClock } from "../../support/manual-clock.ts";

const answered: ModelAnswer = {
  kind: "answer",
  outcome: "completed",
  output: "key sk-123 hello",
  latencyMs: 40,
  usage: { inputTokens: 10, outputTokens: 2 },
};
let clock: ManualClock;
let stored: Map<string, StoredSample>;
let called: { deployment: string; seed?: number | undefined; text: string }[];
let wanted: () => boolean;
let answers: (text: string, call: number) => ModelAnswer;

beforeEach(() => {
  clock = createManualClock();
  stored = new Map();
  called = [];
  wanted = () => true;
  answers = () => answered;
});

function shard(cases: number, repeats: number): Shard {
  return {
    shardId: "0h-0",
    runId: "g:0h",
    samplesPath: "9/samples/s/x.jsonl",
    metrics: [],
    seed: 7,
    items: Array.from({ length: cases }, (_, i) => ({
      caseId: `c${i}`,
      requestDigest: `d${i}`,
      request: { deployment: "m", messages: [{ role: "user" as const, content: `q${i}` }] },
      cases: [{ digest: `k${i}`, case: EvalCase.parse({ id: `c${i}`, inputs: {} }) }],
      repeats,
    })),
  };
}

function run(what: Shard, concurrency = 4, seconds = 240) {
  return runShard(
    what,
    { gateId: "g", concurrency, deadline: new Date(clock.now().getTime() + seconds * 1000) },
    {
      model: {
        complete: async (request) => {
          const text = request.messages[0]?.content ?? "";
          called.push({ deployment: request.deployment, seed: request.seed, text });
          return answers(text, called.length);
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
      mayCall: async () => wanted(),
      score: async (sample) => ({ length: { value: sample.output.length } }),
      redact: (text) => text.replace(/sk-\d+/, "[REDACTED]"),
      costOf: (_, usage) => usage.inputTokens * 1000,
      clock,
      log: createMemoryLog(),
      random: () => 0,
    },
  );
}

describe("runShard", () => {
  test("every case is asked in every repeat, with a seed of its own, and kept redacted with the scores of the raw text", async () => {
    expect(await run(shard(3, 2))).toMatchObject({ state: "done", calls: 6, failures: [] });
    expect(stored.size).toBe(6);
    expect(called.map(({ seed }) => seed).sort()).toEqual([7, 7, 7, 8, 8, 8]);
    expect([...stored.values()][0]).toMatchObject({
      output: "key [REDACTED] hello",
      redacted: true,
      costNanoUsd: 10_000,
      scores: { length: { value: 16 } },
    });
  });

  test("tool calls and severities are kept, the calls redacted", async () => {
    const toolCalls = [{ name: "find", arguments: { key: "sk-123", "sk-9": 1 } }];
    answers = () => ({ ...answered, output: "", toolCalls, filterSeverities: { hate: "low" } });
    await run(shard(1, 1));
    expect([...stored.values()][0]).toMatchObject({
      toolCalls: [{ name: "find", arguments: { key: "[REDACTED]", "[REDACTED]": 1 } }],
      redacted: true,
      filterSeverities: { hate: "low" },
    });
  });

  test("no stored sample is asked for again", async () => {
    await run(shard(3, 1));
    expect(await run(shard(3, 2))).toMatchObject({ calls: 3 });
    expect(await run(shard(3, 2))).toMatchObject({ state: "done", calls: 0 });
  });

  test("nothing is called once nobody waits for it", async () => {
    wanted = () => called.length < 5;
    expect(await run(shard(20, 1), 1)).toMatchObject({ state: "stopped", calls: 5 });
    expect(called).toHaveLength(5);
  });

  test("a rate limit is waited for and is no trial", async () => {
    answers = (_, call) => (call === 1 ? { kind: "rateLimited", retryAfterMs: 3000, reason: "429" } : answered);
    const running = run(shard(1, 1), 1);
    while (clock.sleeping() === 0) await new Promise((resolve) => setImmediate(resolve));
    await clock.advance(2999);
    expect(called).toHaveLength(1);
    await clock.advance(1);
    expect(await running).toMatchObject({
      state: "done",
      calls: 2,
      retries: 1,
      rateLimited: 1,
      samples: 1,
      failures: [],
    });
  });

  test("a wait beyond the shard's time hands the rest on", async () => {
    answers = () => ({ kind: "rateLimited", retryAfterMs: 300_000, reason: "429" });
    expect(await run(shard(2, 1), 2)).toMatchObject({ state: "more", failures: [] });
  });

  test("bad input: a model that fails leaves the sample missing, with the reason redacted", async () => {
    answers = (text) => (text === "q1" ? { kind: "failed", reason: "HTTP 401: sk-999", retryable: false } : answered);
    const outcome = await run(shard(3, 1));
    expect(outcome).toMatchObject({
      state: "done",
      failures: [{ caseId: "c1", repeat: 0, reason: "HTTP 401: [REDACTED]" }],
    });
    expect(failureSummary(outcome.failures)).toEqual(["1 × HTTP 401: [REDACTED]"]);
  });

  test("a failure that may pass is tried three times", async () => {
    answers = () => ({ kind: "failed", reason: "HTTP 503", retryable: true });
    const running = run(shard(1, 1), 1);
    for (const wait of [500, 1000]) {
      while (clock.sleeping() === 0) await new Promise((resolve) => setImmediate(resolve));
      await clock.advance(wait);
    }
    expect(await running).toMatchObject({ calls: 3, failures: [{ reason: "HTTP 503" }] });
  });
});
