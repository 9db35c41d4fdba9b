import { beforeEach, describe, expect, test } from "vitest";
import type { ModelAnswer } from "../../../src/shared/evals/model-client.ts";
import {
  type RunLimits,
  type RunPorts,
  type RunTask,
  runCases,
  tasksByCase,
} from "../../../src/shared/evals/run-cases.ts";
import { createKnownCalls } from "../../../src/shared/evals/sample-log.ts";
import { type ShardItem, type StoredSample, sampleKey } from "../../../src/shared/evals/shard.ts";
import { EvalCase } from "../../../src/shared/repository/suite.ts";
import { createManualClock, type ManualClock } from "../../support/manual-clock.ts";

const answered: ModelAnswer = { kind: "answer", outcome: "completed", output: "hello", latencyMs: 40 };
let clock: ManualClock;
/** What is durable, in the order in which it was written. */
let lines: object[];
let calls: string[];
let answers: (text: string, call: number) => ModelAnswer | Promise<ModelAnswer>;

beforeEach(() => {
  clock = createManualClock();
  lines = [];
  calls = [];
  answers = () => answered;
});

function item(index: number, repeats = 1): ShardItem {
  return {
    caseId: `c${index}`,
    requestDigest: `d${index}`,
    request: { deployment: "m", messages: [{ role: "user", content: `q${index}` }] },
    cases: [{ digest: `k${index}`, case: EvalCase.parse({ id: `c${index}`, inputs: {} }) }],
    repeats,
  };
}

const items = (count: number, repeats = 1) => Array.from({ length: count }, (_, index) => item(index, repeats));
const isSample = (line: object): line is StoredSample => "output" in line;
const samples = () => lines.filter(isSample);

function run(
  tasks: Iterable<RunTask> | AsyncIterable<RunTask>,
  changed: Partial<RunPorts> = {},
  limits: Partial<RunLimits> = {},
) {
  return runCases(
    tasks,
    { gateId: "g", concurrency: 4, ...limits },
    {
      model: {
        complete: async (request) => {
          const text = request.messages[0]?.content ?? "";
          calls.push(text);
          return answers(text, calls.length);
        },
      },
      samples: {
        async known() {
          const known = createKnownCalls();
          for (const line of lines)
            known.take(line, (other) => (isSample(Object(other)) ? sampleKey(other as StoredSample) : undefined));
          return known;
        },
        begin: async (key) => void lines.push({ call: "begun", key }),
        end: async (key) => void lines.push({ call: "ended", key }),
        append: async (sample) => void lines.push(sample),
      },
      score: async () => ({ length: { value: 1 } }),
      redact: (text) => text.replace(/sk-\d+/, "[REDACTED]"),
      costOf: () => undefined,
      clock,
      random: () => 0,
      ...changed,
    },
  );
}

async function sleepers(): Promise<void> {
  while (clock.sleeping() === 0) await new Promise((resolve) => setImmediate(resolve));
}

describe("runCases", () => {
  test("a dataset is read no further ahead than there are calls at a time", async () => {
    let drawn = 0;
    let ahead = 0;
    async function* dataset() {
      for (const next of items(500)) {
        drawn++;
        ahead = Math.max(ahead, drawn - calls.length);
        yield next;
      }
    }
    expect(await run(tasksByCase(dataset()))).toMatchObject({ state: "done", samples: 500, calls: 500 });
    expect(ahead).toBeLessThanOrEqual(4 + 1);
  });

  test("a sample is durable before it is reported", async () => {
    const reported: boolean[] = [];
    await run(tasksByCase(items(20)), { stored: (sample) => void reported.push(lines.includes(sample)) });
    expect(reported).toEqual(Array.from({ length: 20 }, () => true));
  });

  test("what is stored is never made again, and what a kill cut off is made once more and counted", async () => {
    await run(tasksByCase(items(3)));
    // The kill came while c3 and c4 were in flight; c5 had ended without an answer.
    for (const key of ["c3|d3|0", "c4|d4|0", "c5|d5|0"]) lines.push({ call: "begun", key });
    lines.push({ call: "ended", key: "c5|d5|0" });
    calls = [];
    expect(await run(tasksByCase(items(6)))).toMatchObject({ kept: 3, samples: 3, calls: 3, mayBePaidAgain: 2 });
    expect(calls.sort()).toEqual(["q3", "q4", "q5"]);
    expect(await run(tasksByCase(items(6)))).toMatchObject({ kept: 6, calls: 0, mayBePaidAgain: 0 });
    expect(new Set(samples().map(sampleKey)).size).toBe(samples().length);
  });

  test("retries are calls and no trials", async () => {
    answers = (_, call) => (call <= 2 ? { kind: "rateLimited", retryAfterMs: 100, reason: "429" } : answered);
    const running = run(tasksByCase(items(1, 3), 7), {}, { concurrency: 1 });
    for (let wait = 0; wait < 2; wait++) {
      await sleepers();
      await clock.advance(100);
    }
    expect(await running).toMatchObject({ samples: 3, calls: 5, retries: 2, rateLimited: 2 });
    expect(samples().map(({ repeat, seed }) => [repeat, seed])).toEqual([
      [0, 7],
      [1, 8],
      [2, 9],
    ]);
  });

  test("bad input: a 429 storm ends as failures of the infrastructure once the patience is over, with nothing scored", async () => {
    answers = () => ({ kind: "rateLimited", retryAfterMs: 4000, reason: "429" });
    const running = run(tasksByCase(items(2)), {}, { concurrency: 2, patienceMs: 10_000 });
    for (let wait = 0; wait < 2; wait++) {
      await sleepers();
      await clock.advance(4000);
    }
    const outcome = await running;
    expect(outcome).toMatchObject({ state: "done", samples: 0, failed: 2 });
    expect(outcome.failures[0]?.reason).toMatch(/rate limit/);
    expect(samples()).toEqual([]);
  });

  test("bad input: a 429 storm costs a run its patience once, not once a case", async () => {
    answers = () => ({ kind: "rateLimited", retryAfterMs: 4000, reason: "429" });
    const began = clock.now().getTime();
    const running = run(tasksByCase(items(200)), {}, { concurrency: 2, patienceMs: 10_000 });
    let outcome: Awaited<typeof running> | undefined;
    void running.then((done) => {
      outcome = done;
    });
    while (!outcome && clock.now().getTime() - began < 60_000) await clock.advance(1000);
    expect(outcome).toMatchObject({ state: "done", samples: 0, failed: 200 });
    expect(clock.now().getTime() - began).toBeLessThanOrEqual(15_000);
    // Every case was asked for: had the storm passed, it would have been answered.
    expect(new Set(calls).size).toBe(200);
  });

  test("a storm that passes is over for every case", async () => {
    answers = (_, call) => (call <= 6 ? { kind: "rateLimited", retryAfterMs: 4000, reason: "429" } : answered);
    const running = run(tasksByCase(items(20)), {}, { concurrency: 2, patienceMs: 20_000 });
    for (let wait = 0; wait < 3; wait++) {
      await sleepers();
      await clock.advance(4000);
    }
    expect(await running).toMatchObject({ samples: 20, failed: 0, rateLimited: 6 });
  });

  test("bad input: a model that throws or never answers costs its own case alone", async () => {
    answers = (text) =>
      text === "q1" ? Promise.reject(new Error("no answer from http://m: timeout, sk-123")) : answered;
    const outcome = await run(tasksByCase(items(5)));
    expect(outcome).toMatchObject({ state: "done", samples: 4, failed: 1 });
    expect(outcome.failures).toEqual([
      { caseId: "c1", repeat: 0, reason: "no answer from http://m: timeout, [REDACTED]" },
    ]);
  });

  describe("a model that gives no answer at all", () => {
    const silent: ModelAnswer = { kind: "failed", retryable: true, reason: "no answer from http://m: timeout, sk-123" };

    /** Time passes until the run is over. */
    async function ended(count: number) {
      let outcome: Awaited<ReturnType<typeof run>> | undefined;
      void run(tasksByCase(items(count))).then((done) => {
        outcome = done;
      });
      while (!outcome) await clock.advance(500);
      return outcome;
    }

    test("bad input: it is given up after a minute, says why, and the next run asks for the rest alone", async () => {
      answers = (_, call) => (call <= 5 ? answered : silent);
      const outcome = await ended(1000);
      expect(outcome).toMatchObject({ state: "gaveUp", samples: 5, failed: outcome.failures.length });
      expect(outcome.reason).toMatch(
        /^given up: m answered none of \d+ calls in a row, for 6\d s \(no answer from http:\/\/m: timeout, \[REDACTED\]\); what was answered is kept/,
      );
      expect(outcome.failed).toBeLessThan(250);
      answers = () => answered;
      calls = [];
      const again = await ended(1000);
      expect(again).toMatchObject({ state: "done", kept: 5, samples: 995, failed: 0, mayBePaidAgain: 0 });
      expect(calls).toHaveLength(995);
    });

    test("bad input: a few calls that hang for long are no reason, and neither are many with an answer in between", async () => {
      answers = (text) => (text.endsWith("0") ? answered : silent);
      expect(await ended(400)).toMatchObject({ state: "done", samples: 40, failed: 360 });
      lines = [];
      answers = () => silent;
      expect(await ended(9)).toMatchObject({ state: "done", samples: 0, failed: 9 });
    });

    test("errors of the requests themselves are answers", async () => {
      answers = async () => {
        await clock.advance(10_000);
        return { kind: "failed", retryable: false, reason: "HTTP 400: no" };
      };
      expect(await ended(40)).toMatchObject({ state: "done", failed: 40 });
    });
  });

  test("bad input: a full disk ends the run with what to do, and the next run pays only for what is missing", async () => {
    let room = 3;
    const full = {
      known: async () => ({ stored: new Set(samples().map(sampleKey)), begun: new Set<string>() }),
      begin: async () => {},
      end: async () => {},
      append: async (sample: StoredSample) => {
        if (room-- <= 0) throw new Error("ENOSPC: no space left on device, write");
        lines.push(sample);
      },
    };
    await expect(run(tasksByCase(items(40)), { samples: full }, { concurrency: 1 })).rejects.toThrow(
      /case c3 .*ENOSPC.*only the missing calls are made/,
    );
    expect(calls).toHaveLength(4);
    room = 100;
    calls = [];
    expect(await run(tasksByCase(items(40)), { samples: full })).toMatchObject({ kept: 3, samples: 37 });
    expect(calls).toHaveLength(37);
  });

  test("bad input: NaN and infinite scores are missing, and their samples are read again", async () => {
    const scores = { a: { value: Number.NaN }, b: { value: Number.POSITIVE_INFINITY }, c: { value: 1 } };
    await run(tasksByCase(items(1)), { score: async () => scores });
    expect(JSON.parse(JSON.stringify(samples()[0])).scores).toEqual({
      a: { missing: "the evaluator gave NaN, which is no score" },
      b: { missing: "the evaluator gave Infinity, which is no score" },
      c: { value: 1 },
    });
  });

  test("a hundred thousand failures are counted and not all kept", async () => {
    answers = () => ({ kind: "failed", reason: "HTTP 401", retryable: false });
    const outcome = await run(tasksByCase(items(3000)));
    expect(outcome.failed).toBe(3000);
    expect(outcome.failures).toHaveLength(1000);
  });

  test("a cap ends the run cleanly, says why, and leaves what ran", async () => {
    let left = 5;
    const settled: (number | undefined)[] = [];
    const outcome = await run(
      tasksByCase(items(20)),
      {
        mostOf: () => 10,
        costOf: () => 7,
        spend: {
          reserve: async () =>
            left-- > 0 ? { settle: (cost) => void settled.push(cost) } : { capped: "the run may cost $1" },
          close: async () => {},
        },
        model: { complete: async () => ({ ...answered, usage: { inputTokens: 1, outputTokens: 1 } }) },
      },
      { concurrency: 2 },
    );
    expect(outcome).toMatchObject({ state: "capped", reason: "the run may cost $1", samples: 5 });
    expect(settled).toEqual([7, 7, 7, 7, 7]);
    expect(samples()).toHaveLength(5);
  });
});
