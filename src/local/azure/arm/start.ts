import { fork } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import * as z from "zod";

export interface AzureStandInOptions {
  /** 0: any free one. */
  port: number;
  /** Name of the setting that chooses the port, for the error that names it. */
  portSetting?: string;
  seed?: number;
  /** A file that gets a line of JSON for each request. */
  logFile?: string;
  quota?: number;
  polls?: number;
  pollSeconds?: number;
  unknownForMs?: number;
  modelUrl?: string;
}

export interface AzureStandIn {
  /** Base of ARM, of `/_standin`, and of `/{account}/api/projects/{project}` and `/{account}/openai/v1`. */
  url: string;
  pid: number;
  stop(): Promise<void>;
}

/** Of the local run: one account with one project. */
const account = "assay-local";
const accountId = `/subscriptions/a55a0000-0000-4000-8000-000000000003/resourceGroups/local/providers/Microsoft.CognitiveServices/accounts/${account}`;

/** The app's settings, and the platform's, with which it releases to this stand-in. */
export function azureSettings(url: string): Record<string, string> {
  return {
    ASSAY_ARM_URL: url,
    ASSAY_FOUNDRY_ACCOUNTS: accountId,
    ASSAY_FOUNDRY_PROJECTS: `${url}/${account}/api/projects/local`,
    ASSAY_MODEL_URL: `${url}/${account}/openai/v1`,
    ASSAY_RELEASE_CLIENT_ID: "local-release-identity",
    IDENTITY_ENDPOINT: `${url}/msi/token`,
    IDENTITY_HEADER: "simulated",
  };
}

const Message = z.union([z.object({ url: z.string(), pid: z.number() }), z.object({ error: z.string() })]);

/**
 * Starts ARM and Foundry, simulated, in a process of its own that ends with this one.
 * @throws Error where it does not start; a taken port is named, with the setting that chooses it
 */
export async function startAzureStandIn(options: AzureStandInOptions): Promise<AzureStandIn> {
  const named: [string, string | number | undefined][] = [
    ["--port", options.port],
    ["--seed", options.seed],
    ["--log", options.logFile],
    ["--quota", options.quota],
    ["--polls", options.polls],
    ["--poll-seconds", options.pollSeconds],
    ["--unknown-for-ms", options.unknownForMs],
    ["--model-url", options.modelUrl],
  ];
  const args = named.flatMap(([name, value]) => (value === undefined ? [] : [`${name}=${value}`]));
  const child = fork(path.join(import.meta.dirname, "main.ts"), args, {
    stdio: ["ignore", "ignore", "pipe", "ipc"],
    execArgv: [],
  });
  const exited = once(child, "exit");
  const errors: string[] = [];
  child.stderr?.on("data", (data) => errors.push(String(data)));
  const ready = await new Promise<z.infer<typeof Message>>((resolve, reject) => {
    child.once("message", (message) => resolve(Message.parse(message)));
    child.once("exit", (code) =>
      reject(new Error(`The Azure stand-in did not start (exit ${code}). ${errors.join("")}`)),
    );
  });
  if ("error" in ready) {
    await exited;
    const mend = `choose another with ${options.portSetting ?? "port"}`;
    throw new Error(
      ready.error === "taken"
        ? `Port ${options.port} of the Azure stand-in is taken; ${mend}.`
        : `The Azure stand-in did not start on port ${options.port}: ${ready.error}`,
    );
  }
  return {
    ...ready,
    async stop() {
      child.kill("SIGKILL");
      await exited;
    },
  };
}
