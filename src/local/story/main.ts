import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { parseArgs } from "node:util";
import { messageOf } from "../../shared/errors.ts";
import { type House, startHouse } from "../house.ts";
import { onInterruption } from "../interruption.ts";
import { gateStageOf, playGateStory, type StoryOutcome } from "./gate-story.ts";
import { playRelease } from "./release/play-release.ts";
import { isStoryFault, storyFaults } from "./release/story-faults.ts";
import { storyPrompts } from "./story-prompts.ts";

const root = path.resolve(import.meta.dirname, "../../..");
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    json: { type: "boolean", default: false },
    seed: { type: "string", default: "1" },
    prompt: { type: "string" },
    fault: { type: "string" },
    "model-url": { type: "string" },
  },
});

const signal = onInterruption();

/** npm runs scripts in the project's folder, and says in INIT_CWD where it was called. */
async function readPrompt(file: string): Promise<string> {
  try {
    return await readFile(path.resolve(process.env.INIT_CWD ?? ".", file), "utf8");
  } catch (thrown) {
    throw new Error(`--prompt ${file} cannot be read: ${messageOf(thrown)}`);
  }
}

/** `3`, or `1..20`. */
function seedsOf(text: string): number[] {
  const [from, to] = text.split("..").map(Number);
  if (from === undefined || !Number.isInteger(from) || (to !== undefined && (!Number.isInteger(to) || to < from))) {
    throw new Error(`--seed ${text}: write a number, or a range such as 1..20`);
  }
  return Array.from({ length: (to ?? from) - from + 1 }, (_, index) => from + index);
}

const tell = (line: string) => void (values.json || process.stdout.write(`${line}\n`));
const modelUrl = values["model-url"] ?? process.env.ASSAY_MODEL_URL;

async function play(seed: number): Promise<StoryOutcome> {
  const prompts = await storyPrompts((file) => readFile(file, "utf8"));
  const firstPrompt = values.prompt ? await readPrompt(values.prompt) : prompts.firstPrompt;
  let house: House | undefined;
  try {
    house = await startHouse({
      ports: { host: 0, github: 0, model: 0, storage: 0, issuer: 0 },
      root,
      seed,
      logLevel: "error",
      signal,
      ...(modelUrl ? { modelUrl } : {}),
    });
    return await playGateStory(gateStageOf(house), { ...prompts, firstPrompt, timeoutMs: 300_000, signal, tell });
  } finally {
    await house?.stop();
  }
}

/** The functions library keeps its host for good, so every seed of a range has a process of its own. */
async function playRange(story: "gate" | "release", seeds: readonly number[]): Promise<boolean> {
  let good = 0;
  for (const seed of seeds) {
    const args = [import.meta.filename, story, "--json", `--seed=${seed}`];
    for (const name of ["prompt", "model-url", "fault"] as const)
      if (values[name]) args.push(`--${name}=${values[name]}`);
    const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"] });
    child.stdout.pipe(process.stdout);
    const pass = () => child.kill("SIGTERM");
    signal.addEventListener("abort", pass);
    const [code] = await once(child, "close");
    signal.removeEventListener("abort", pass);
    signal.throwIfAborted();
    if (code === 0) good++;
  }
  const needed = Math.ceil(0.95 * seeds.length);
  const line = { story, seeds: seeds.length, asTold: good, needed };
  process.stdout.write(
    values.json ? `${JSON.stringify(line)}\n` : `${good} of ${seeds.length} seeds played as they should.\n`,
  );
  return good >= needed;
}

try {
  const [story = ""] = positionals;
  if (story !== "gate" && story !== "release")
    throw new Error(`npm run story -- gate, or release: there is no story "${story}"`);
  const { fault = "errors" } = values;
  const foreign = story === "gate" ? "fault" : "prompt";
  if (values[foreign] !== undefined) throw new Error(`--${foreign} is not for the story "${story}"`);
  if (!isStoryFault(fault)) throw new Error(`--fault ${fault}: write one of ${storyFaults.join(", ")}`);
  const seeds = seedsOf(values.seed);
  const [only = 1] = seeds;
  if (seeds.length > 1) process.exit((await playRange(story, seeds)) ? 0 : 1);
  const outcome =
    story === "gate" ? await play(only) : await playRelease({ root, seed: only, fault, modelUrl, signal, tell });
  const about = { story, seed: only, ...(story === "release" ? { fault } : {}) };
  if (values.json) process.stdout.write(`${JSON.stringify({ ...about, ...outcome })}\n`);
  else
    process.stdout.write(
      outcome.ok ? "The story played as it should.\n" : `The story went otherwise: ${outcome.problems.join("; ")}.\n`,
    );
  process.exit(outcome.ok ? 0 : 1);
} catch (thrown) {
  if (!signal.aborted) process.stderr.write(`${messageOf(thrown)}\n`);
  process.exit(signal.aborted ? 130 : 1);
}
