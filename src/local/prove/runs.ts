import { fork } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { RunOutcome } from "../../shared/evals/run-cases.ts";
import { Policy } from "../../shared/repository/policy.ts";
import { createBlobs } from "../../shared/storage/blobs.ts";
import { startAzurite } from "../azurite.ts";
import { startModelStandIn } from "../model/start.ts";
import { judgeKill, type KillFigures, type Load, loadOf, servedCalls, storedSamples } from "./judge-runs.ts";
import type { RunnerOrder } from "./runner.ts";

export interface RunsProofOptions {
  sabotage?: NonNullable<RunnerOrder["sabotage"]>;
  tell(line: string): void;
}

export interface RunsProofOutcome {
  ok: boolean;
  sabotage: string | null;
  problems: string[];
  limit: number;
  /** Production's share 0; the server names its limit in headers. */
  whole: Load;
  /** Production's share 0; the server tells by 429 alone. */
  untold: Load;
  /** The default share. */
  half: Load;
  kill: KillFigures;
  seconds: number;
}

const limit = 30;
const latencyMs = 500;
/** A runner alone could fill the deployment. */
const concurrency = 32;
/** Far enough in that both runners have their places. */
const killAtSamples = 40;

/** Two runner processes against one model server, judged by the server's log; then one of them killed and resumed. */
export async function proveRuns({ sabotage, tell }: RunsProofOptions): Promise<RunsProofOutcome> {
  const started = performance.now();
  const folder = await mkdtemp(path.join(tmpdir(), "assay-runs-"));
  const storage = await startAzurite();
  const { productionShare: half } = Policy.parse({ schema: "assay/policy/v1" });
  const common = { connectionString: storage.connectionString, concurrency, ...(sabotage ? { sabotage } : {}) };

  /** A server of its own for each part: what was learnt of one must not help with the next. */
  async function withServer<T>(
    name: string,
    rateHeaders: boolean,
    work: (modelUrl: string, calls: () => Promise<ReturnType<typeof servedCalls>>) => Promise<T>,
  ): Promise<T> {
    const logFile = path.join(folder, `${name}.jsonl`);
    const model = await startModelStandIn({ port: 0, seed: 1, latencyMs, logFile, maxInFlight: limit, rateHeaders });
    try {
      return await work(model.url, async () => servedCalls(await readFile(logFile, "utf8")));
    } finally {
      await model.stop();
    }
  }

  async function measure(name: string, productionShare: number, rateHeaders: boolean, cases: number): Promise<Load> {
    return withServer(name, rateHeaders, async (modelUrl, calls) => {
      const runners = [0, 1].map((index) =>
        startRunner({
          ...common,
          modelUrl,
          productionShare,
          samplesPath: `1/samples/${name}/${index}.jsonl`,
          cases: [index * cases, cases],
          repeats: 2,
        }),
      );
      await Promise.all(runners.map(({ done }) => done));
      const load = loadOf(await calls());
      tell(`${name}: ${JSON.stringify(load)}`);
      return load;
    });
  }

  async function killOne() {
    const cases = 150;
    const repeats = 2;
    const blobs = createBlobs({ kind: "connectionString", connectionString: storage.connectionString });
    const pathOf = (index: number) => `1/samples/kill/${index}.jsonl`;
    const textOf = async (index: number) => Buffer.from((await blobs.get(pathOf(index))) ?? []).toString("utf8");
    return withServer("kill", true, async (modelUrl, calls) => {
      const order = (index: number): RunnerOrder => ({
        ...common,
        modelUrl,
        productionShare: 0,
        samplesPath: pathOf(index),
        cases: [index * cases, cases],
        repeats,
      });
      const [first, second] = [startRunner(order(0)), startRunner(order(1))];
      while (storedSamples(await textOf(0)) < killAtSamples) await sleep(50);
      first.kill();
      await first.exited;
      const killedAt = Date.now();
      // What the dead runner had sent may still be on its way through the storage's server.
      await sleep(500);
      const storedBefore = storedSamples(await textOf(0));
      const begun = await begunBy(0, cases, calls);
      await second.done;
      const outcome = await startRunner(order(0)).done;
      const judged = judgeKill({
        wanted: 2 * cases * repeats,
        limit: concurrency,
        calls: await calls(),
        killedAt,
        begunBefore: begun,
        storedBefore,
        reportedPaidAgain: outcome.mayBePaidAgain,
        storedAfter: storedSamples(await textOf(0)) + storedSamples(await textOf(1)),
      });
      tell(`kill: ${JSON.stringify(judged.figures)}`);
      return judged;
    });
  }

  try {
    const whole = await measure("whole", 0, true, 300);
    const untold = await measure("untold", 0, false, 300);
    const halved = await measure("half", half, true, 150);
    const kill = await killOne();
    const problems = [
      ...loadProblems("share 0", whole),
      ...loadProblems("share 0 without headers", untold),
      ...(halved.mostInFlight > limit / 2 ? [`share ${half}: ${halved.mostInFlight} calls were in flight`] : []),
      ...kill.problems,
    ];
    return {
      ok: problems.length === 0,
      sabotage: sabotage ?? null,
      problems,
      limit,
      whole,
      untold,
      half: halved,
      kill: kill.figures,
      seconds: Math.round((performance.now() - started) / 1000),
    };
  } finally {
    await storage.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

function loadProblems(what: string, { meanInFlight, refusedShare }: Load): string[] {
  return [
    ...(meanInFlight < 0.8 * limit ? [`${what}: ${meanInFlight} of ${limit} calls were in flight on average`] : []),
    ...(refusedShare >= 0.05
      ? [`${what}: ${(refusedShare * 100).toFixed(1)} % of the requests were answered 429`]
      : []),
  ];
}

/** Calls of one runner that the server took, told by the question's number. */
async function begunBy(
  index: number,
  cases: number,
  calls: () => Promise<ReturnType<typeof servedCalls>>,
): Promise<number> {
  const number = (question: string) => Number(/c(\d+)\?/.exec(question)?.[1] ?? -1);
  return (await calls()).filter(
    ({ status, question }) => status !== 429 && Math.floor(number(question) / cases) === index,
  ).length;
}

function startRunner(order: RunnerOrder): { done: Promise<RunOutcome>; exited: Promise<unknown>; kill(): void } {
  const child = fork(path.join(import.meta.dirname, "runner.ts"), { stdio: ["ignore", "inherit", "inherit", "ipc"] });
  const exited = once(child, "exit");
  const done = new Promise<RunOutcome>((resolve, reject) => {
    child.once("message", (outcome) => resolve(outcome as RunOutcome));
    child.once("exit", (code, signal) => reject(new Error(`a runner ended (${signal ?? code}) before its run did`)));
  });
  // The one that is killed has nobody who waits for its end.
  done.catch(() => undefined);
  child.send(order);
  return { done, exited, kill: () => void child.kill("SIGKILL") };
}
