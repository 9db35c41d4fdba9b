import { readFile } from "node:fs/promises";
import path from "node:path";
import { parseArgs } from "node:util";
import { messageOf } from "../shared/errors.ts";
import { type House, type HousePorts, portSettings, startHouse } from "./house.ts";
import { playGateStory } from "./story/gate-story.ts";
import { storyPrompts } from "./story/story-prompts.ts";

const root = path.resolve(import.meta.dirname, "../..");
const defaultPorts: HousePorts = { host: 7071, github: 7080, model: 7081, storage: 7082 };

const { values } = parseArgs({
  options: {
    idle: { type: "boolean", default: false },
    json: { type: "boolean", default: false },
    seed: { type: "string", default: "1" },
    "model-url": { type: "string" },
    log: { type: "string", default: "error" },
  },
});

function portsOf(env: NodeJS.ProcessEnv): HousePorts {
  const read = (name: keyof HousePorts) => {
    const text = env[portSettings[name]];
    if (text === undefined || text === "") return defaultPorts[name];
    const port = Number(text);
    if (!Number.isInteger(port) || port < 0 || port > 65_535)
      throw new Error(`${portSettings[name]}=${text} is no port (0 to 65535).`);
    return port;
  };
  return { host: read("host"), github: read("github"), model: read("model"), storage: read("storage") };
}

let house: House | undefined;
let stopping = false;
for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.on(signal, async () => {
    if (stopping) return;
    stopping = true;
    await house?.stop();
    process.exit(0);
  });
}

function say(line: string): void {
  if (!values.json) process.stdout.write(`${line}\n`);
}

try {
  say("Assay, on this machine alone: GitHub and the model are simulated, storage is Azurite.\n");
  const modelUrl = values["model-url"] ?? process.env.ASSAY_MODEL_URL;
  house = await startHouse({
    ports: portsOf(process.env),
    root,
    seed: Number(values.seed),
    logLevel: values.log,
    ...(modelUrl ? { modelUrl } : {}),
  });
  const { github, repository, author } = house;
  const name = `${repository.owner}/${repository.name}`;
  if (!values.idle) {
    const outcome = await playGateStory(
      {
        user: { restUrl: github.restUrl, token: github.tokenFor(author), repository: name },
        author,
        gitRemote: github.remoteFor(author, repository),
        promptPath: "prompts/support/support-assistant.prompt.md",
        reportOf: house.reportOf,
      },
      { ...(await storyPrompts((file) => readFile(file, "utf8"))), timeoutMs: 300_000, tell: say },
    );
    say(
      outcome.ok
        ? "\nThe story played as the brief tells it."
        : `\nThe story went otherwise: ${outcome.problems.join("; ")}`,
    );
  }
  if (values.json) process.stdout.write(`${JSON.stringify(addresses(house))}\n`);
  else say(table(house));
} catch (thrown) {
  process.stderr.write(`${messageOf(thrown)}\n`);
  await house?.stop();
  process.exit(1);
}

function addresses({ github, repository, author, host, modelUrl, storageConnection }: House) {
  return {
    gitRemote: github.remoteFor(author, repository),
    restUrl: github.restUrl,
    repository: `${repository.owner}/${repository.name}`,
    user: author,
    token: github.tokenFor(author),
    functionsUrl: host.url,
    modelUrl,
    storageConnection,
    pid: process.pid,
  };
}

function table(running: House): string {
  const { gitRemote, restUrl, repository, token, functionsUrl, modelUrl } = addresses(running);
  return [
    "",
    `  Functions     ${functionsUrl}/api/health`,
    `  GitHub        ${restUrl} (a stand-in; pull requests: ${restUrl}/repos/${repository}/pulls?state=all)`,
    `  Model         ${modelUrl}`,
    `  Repository    ${gitRemote}`,
    "",
    "  Try next, from another shell:",
    `    git clone ${gitRemote} && cd support-assistant && git checkout -b mine`,
    "    edit prompts/support/support-assistant.prompt.md, then: git commit -am mine && git push origin mine",
    `    curl -H "authorization: Bearer ${token}" ${restUrl}/repos/${repository}/pulls -d '{"title":"mine","head":"mine","base":"main"}'`,
    "",
    "  Ctrl-C ends everything.",
  ].join("\n");
}
