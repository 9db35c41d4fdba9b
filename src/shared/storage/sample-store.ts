import { createKnownCalls } from "../evals/sample-log.ts";
import { AddedScores, type SampleStore, StoredSample, sampleKey, withAddedScores } from "../evals/shard.ts";
import type { Blobs } from "./blobs.ts";

/** Blocks stay well under the 4 MiB that every service version takes in one append. */
const maxBlockChars = 1_000_000;

/** JSON lines in append blobs: two workers on one shard only add lines, and the first of a key counts. */
export function createSampleStore(blobs: Blobs): SampleStore {
  const writers = new Map<string, (line: string) => Promise<void>>();
  const linesOf = async function* (path: string): AsyncGenerator<string> {
    if (blobs.lines) return yield* blobs.lines(path);
    const content = await blobs.get(path);
    if (content) yield* Buffer.from(content).toString("utf8").split("\n");
  };
  const write = (path: string, line: object) => {
    const writer =
      writers.get(path) ??
      createWriter(
        (lines) => blobs.append(path, lines),
        () => writers.delete(path),
      );
    writers.set(path, writer);
    return writer(`${JSON.stringify(line)}\n`);
  };
  return {
    async read(path) {
      const samples = new Map<string, StoredSample>();
      for await (const line of linesOf(path)) {
        const parsed = parseLine(line);
        const added = AddedScores.safeParse(parsed).data;
        const scored = added && samples.get(added.scoresOf);
        if (added && scored) samples.set(added.scoresOf, withAddedScores(scored, added));
        const sample = added ? undefined : StoredSample.safeParse(parsed).data;
        if (sample && !samples.has(sampleKey(sample))) samples.set(sampleKey(sample), sample);
      }
      return samples;
    },
    async known(path) {
      const known = createKnownCalls();
      for await (const line of linesOf(path)) known.take(parseLine(line), keyOf);
      return known;
    },
    mark: (path, key, call) => write(path, { call, key }),
    append: (path, sample) => write(path, sample),
    addScores: (path, added) => write(path, added),
  };
}

function keyOf(line: unknown): string | undefined {
  const sample = StoredSample.safeParse(line).data;
  return sample && sampleKey(sample);
}

/** A line that a kill cut short is undefined, and so is an empty one. */
function parseLine(line: string): unknown {
  try {
    return line ? JSON.parse(line) : undefined;
  } catch {
    return undefined;
  }
}

interface Waiting {
  line: string;
  resolve(): void;
  reject(reason: unknown): void;
}

/** One append in flight a blob; what comes meanwhile goes together in the next. */
function createWriter(append: (lines: string) => Promise<void>, idle: () => void): (line: string) => Promise<void> {
  let waiting: Waiting[] = [];
  let running = false;

  async function run(): Promise<void> {
    running = true;
    while (waiting.length > 0) {
      const batch = takeBatch();
      try {
        await append(batch.map(({ line }) => line).join(""));
        for (const { resolve } of batch) resolve();
      } catch (thrown) {
        for (const { reject } of batch) reject(thrown);
      }
    }
    running = false;
    idle();
  }

  function takeBatch(): Waiting[] {
    let chars = 0;
    let count = 0;
    while (count < waiting.length && (count === 0 || chars < maxBlockChars))
      chars += waiting[count++]?.line.length ?? 0;
    const batch = waiting.slice(0, count);
    waiting = waiting.slice(count);
    return batch;
  }

  return (line) =>
    new Promise((resolve, reject) => {
      waiting.push({ line, resolve, reject });
      if (!running) void run();
    });
}
