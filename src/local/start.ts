import { once } from "node:events";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { parseArgs } from "node:util";
import { messageOf } from "../shared/errors.ts";
import { addressesOf, addressTable } from "./addresses.ts";
import { type House, type HousePorts, portSettings, startHouse } from "./house.ts";
import { onInterruption } from "./interruption.ts";
import { gateStageOf, playGateStory } from "./story/gate-story.ts";
import { storyPrompts } from "./story/story-prompts.ts";

const root = path.resolve(import.meta.dirname, "../..");
/** Storage takes the two ports above its own as well. */
const defaultPorts: HousePorts = { host: 7071, github: 7080, model: 7081, storage: 7082, issuer: 7085 };

function portsOf(env: NodeJS.ProcessEnv): HousePorts {
  const read = (name: keyof HousePorts) => {
    const text = env[portSettings[name]];
    if (text === undefined || text === "") return defaultPorts[name];
    const port = Number(text);
    const most = name === "storage" ? 65_533 : 65_535;
    if (!Number.isInteger(port) || port < 0 || port > most)
      throw new Error(`${portSettings[name]}=${text} is no port (0, which is any free one, to ${most}).`);
    return port;
  };
  const [host, github, model] = [read("host"), read("github"), read("model")];
  return { host, github, model, storage: read("storage"), issuer: read("issuer") };
}

async function playStory(house: House, signal: AbortSignal, say: (line: string) => void): Promise<void> {
  const prompts = await storyPrompts((file) => readFile(file, "utf8"));
  const { ok, problems } = await playGateStory(gateStageOf(house), {
    ...prompts,
    timeoutMs: 300_000,
    signal,
    tell: say,
  });
  say(ok ? "\nThe story played as it should." : `\nThe story went otherwise: ${problems.join("; ")}.`);
}

let house: House | undefined;
let code = 0;
const signal = onInterruption(() => process.stderr.write("\nStopping; once more to stop at once.\n"));
try {
  const { values } = parseArgs({
    options: {
      idle: { type: "boolean", default: false },
      json: { type: "boolean", default: false },
      seed: { type: "string", default: "1" },
      "model-url": { type: "string" },
      log: { type: "string", default: "error" },
    },
  });
  const seed = Number(values.seed);
  if (!Number.isInteger(seed)) throw new Error(`--seed ${values.seed}: write a whole number.`);
  const say = (line: string) => void (values.json || process.stdout.write(`${line}\n`));
  const modelUrl = values["model-url"] ?? process.env.ASSAY_MODEL_URL;
  const others = modelUrl ? `the model is ${modelUrl}` : "the model is simulated";
  say(`Assay, on this machine alone. GitHub is simulated, ${others}, storage is Azurite.\n`);
  house = await startHouse({
    ports: portsOf(process.env),
    root,
    seed,
    logLevel: values.log,
    signal,
    ...(modelUrl ? { modelUrl } : {}),
  });
  if (!values.idle) await playStory(house, signal, say);
  if (values.json) process.stdout.write(`${JSON.stringify(addressesOf(house))}\n`);
  else say(addressTable(house));
  if (!signal.aborted) await once(signal, "abort");
} catch (thrown) {
  if (!signal.aborted) {
    code = 1;
    process.stderr.write(`${messageOf(thrown)}\n`);
  }
}
await house?.stop();
process.exit(code);
