import { mkdtempSync, openSync, rmSync, writeSync } from "node:fs";
import http from "node:http";
import { tmpdir } from "node:os";
import path from "node:path";
import { systemClock } from "../src/shared/clock.ts";
import { createLeasedLimiters } from "../src/shared/evals/limits/leased-limiter.ts";
import { createMemoryLimitStore } from "../src/shared/evals/limits/memory-limit-store.ts";
import { requireMetrics } from "../src/shared/evals/metrics.ts";
import { runCases, tasksByCase } from "../src/shared/evals/run-cases.ts";
import { scoreItem } from "../src/shared/evals/score-item.ts";
import type { ShardItem } from "../src/shared/evals/shard.ts";
import { chatBodyOf } from "../src/shared/foundry/chat-body.ts";
import { createChatClient } from "../src/shared/foundry/chat-client.ts";
import { redact } from "../src/shared/redaction/redact.ts";
import { EvalCase, SuiteEvaluator } from "../src/shared/repository/suite.ts";

/** What one measured process is told to do, and what it answers. */
export interface RunOrder {
  how: "bare" | "run";
  url: string;
  cases: number;
  concurrency: number;
  /** Calls before it is measured; default 200. */
  warmUp?: number;
}
export interface RunFigures {
  ms: number;
  cpuMs: number;
  residentMb: number;
}

const metrics = requireMetrics([
  SuiteEvaluator.parse({ uses: "contains", with: { value: "plain" }, primary: true }),
  SuiteEvaluator.parse({ name: "not-empty", uses: "length", with: { min: 1 } }),
]);

function* itemsOf(from: number, count: number): Generator<ShardItem> {
  for (let n = from; n < from + count; n++) {
    const id = `case-${n}`;
    yield {
      caseId: id,
      requestDigest: id,
      request: {
        deployment: "gpt-4.1-mini",
        messages: [{ role: "user", content: `What is known about number ${n}?` }],
      },
      cases: [{ digest: id, case: EvalCase.parse({ id, inputs: {} }) }],
      repeats: 1,
    };
  }
}

/** The least that can be done: the same requests over kept-alive connections, their answers read and dropped. */
function bareLoop(url: string, concurrency: number) {
  const target = new URL(`${url}/chat/completions`);
  const agent = new http.Agent({ keepAlive: true, maxSockets: concurrency });
  const post = (body: string) =>
    new Promise<void>((resolve, reject) => {
      const headers = { "content-type": "application/json", "content-length": Buffer.byteLength(body) };
      const request = http.request(target, { method: "POST", agent, headers }, (response) => {
        let text = "";
        response.setEncoding("utf8");
        response.on("data", (chunk) => {
          text += chunk;
        });
        response.on("end", () => (text.length > 0 ? resolve() : reject(new Error("no answer"))));
      });
      request.on("error", reject);
      request.end(body);
    });
  return async (items: Iterator<ShardItem>) => {
    const work = async () => {
      for (let next = items.next(); !next.done; next = items.next())
        await post(JSON.stringify(chatBodyOf(next.value.request, false)));
    };
    await Promise.all(Array.from({ length: concurrency }, work));
  };
}

/** A run as the product makes it: limiter, redaction, two evaluators, and a line in a file before the next call. */
function productRun(url: string, concurrency: number, folder: string) {
  const file = openSync(path.join(folder, "samples.jsonl"), "a");
  const model = createChatClient({ url, authorization: async () => ({}), timeoutMs: 30_000 });
  const limiters = createLeasedLimiters(createMemoryLimitStore(), {
    worker: "bench",
    clock: systemClock,
    reportMs: 1000,
    leaseMs: 10_000,
    firstWindow: concurrency,
  });
  const write = async (line: object) => void writeSync(file, `${JSON.stringify(line)}\n`);
  return async (items: Iterable<ShardItem>) => {
    const outcome = await runCases(
      tasksByCase(items),
      { gateId: "bench", concurrency },
      {
        model,
        samples: {
          known: async () => ({ stored: new Set(), begun: new Set() }),
          begin: (key) => write({ call: "begun", key }),
          end: (key) => write({ call: "ended", key }),
          append: write,
        },
        limiter: limiters.leaving(0),
        score: (sample, item) => scoreItem(metrics, sample, item),
        redact: (text) => redact(text).text,
        costOf: () => undefined,
        clock: systemClock,
        random: Math.random,
      },
    );
    if (outcome.failed > 0) throw new Error(`${outcome.failed} calls failed: ${outcome.failures[0]?.reason}`);
  };
}

async function measure({ how, url, cases, concurrency, warmUp = 200 }: RunOrder): Promise<RunFigures> {
  const folder = mkdtempSync(path.join(tmpdir(), "assay-bench-run-"));
  try {
    const bare = bareLoop(url, concurrency);
    const run = how === "bare" ? (items: Generator<ShardItem>) => bare(items) : productRun(url, concurrency, folder);
    // Not the system's own high-water mark: on Linux a child inherits its parent's.
    let resident = 0;
    setInterval(() => {
      resident = Math.max(resident, process.memoryUsage.rss());
    }, 50).unref();
    await run(itemsOf(0, warmUp));
    const before = process.cpuUsage();
    const started = performance.now();
    await run(itemsOf(warmUp, cases));
    const ms = performance.now() - started;
    const { user, system } = process.cpuUsage(before);
    return { ms, cpuMs: (user + system) / 1000, residentMb: resident / 2 ** 20 };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

process.once("message", async (order) => {
  const figures = await measure(order as RunOrder);
  process.send?.(figures, () => process.exit(0));
});
process.on("disconnect", () => process.exit(0));
