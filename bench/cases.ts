import { fork } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { rolldown } from "rolldown";
import { besideBareLoop } from "./beside-bare-loop.ts";
import type { Figure } from "./figures.ts";
import type { RunFigures, RunOrder } from "./run-process.ts";

const cases = 1000;
const latencyMs = 50;
/** Pairs of bare loop and run; the median of their ratios counts, for others use the machine too. */
const pairs = 5;
const manyCases = 100_000;

/** Runs of 1,000 cases with two string evaluators against a bare loop, and the memory of 100,000 cases. */
export async function benchCases(): Promise<Figure[]> {
  const folder = await mkdtemp(path.join(tmpdir(), "assay-bench-cases-"));
  try {
    const measured = await bundled("run-process.ts", folder);
    const figures = await withServer(latencyMs, async (url) => [
      ...(await besideBare(measured, url, 20, 1.05)),
      ...(await besideBare(measured, url, 100, 1.4)),
    ]);
    const many = await withServer(0, (url) => measured({ how: "run", url, cases: manyCases, concurrency: 50 }));
    return [...figures, { figure: "resident at 100,000 cases", value: many.residentMb, unit: "MB", limit: 250 }];
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

export type Measure = (order: RunOrder) => Promise<RunFigures>;

function besideBare(measured: Measure, url: string, concurrency: number, limit: number): Promise<Figure[]> {
  const order = { url, cases, concurrency };
  return besideBareLoop({
    ...{ name: "", cases, concurrency, pairs, limit },
    bare: () => measured({ how: "bare", ...order }),
    run: () => measured({ how: "run", ...order }),
  });
}

/** As the product is delivered: bundled. A process of its own for each measurement; start and warm-up are not measured. */
export async function bundled(file: string, folder: string): Promise<Measure> {
  const bundle = await rolldown({ input: path.join(import.meta.dirname, file), platform: "node", logLevel: "silent" });
  const out = path.join(folder, "run-process.cjs");
  await bundle.write({ file: out, format: "cjs", codeSplitting: false });
  await bundle.close();
  return async (order) => {
    const child = fork(out, { execArgv: [] });
    child.send(order);
    const [figures] = await once(child, "message");
    return figures;
  };
}

export async function withServer<T>(latency: number, work: (url: string) => Promise<T>): Promise<T> {
  const child = fork(path.join(import.meta.dirname, "model-server.ts"), [String(latency)], { execArgv: [] });
  const exited = once(child, "exit");
  try {
    const [url] = await once(child, "message");
    return await work(url);
  } finally {
    child.kill();
    await exited;
  }
}
