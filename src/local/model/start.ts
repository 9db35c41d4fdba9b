import { fork } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import * as z from "zod";

export interface ModelStandInOptions {
  /** 0: any free one. */
  port: number;
  /** Name of the setting that chooses the port, for the error that names it. */
  portSetting?: string;
  /** Of the noise. */
  seed: number;
  key?: string;
  latencyMs?: number;
  /** A file that gets a line of JSON at the start and at the end of each call. */
  logFile?: string;
  maxInFlight?: number;
  rateHeaders?: boolean;
  requestsPerMinute?: number;
}

export interface ModelStandIn {
  /** Base to which `/chat/completions` is added. */
  url: string;
  /** Base to which `/_standin/log` and `/_standin/faults` are added. */
  adminUrl: string;
  pid: number;
  stop(): Promise<void>;
}

const Message = z.union([
  z.object({ url: z.string(), adminUrl: z.string(), pid: z.number() }),
  z.object({ error: z.string() }),
]);

/**
 * Starts the model stand-in in a process of its own that ends with this one: it holds an IPC channel, which the system
 * closes even where this process is killed.
 * @throws Error where it does not start; a taken port is named, with the setting that chooses it
 */
export async function startModelStandIn(options: ModelStandInOptions): Promise<ModelStandIn> {
  const named: [string, string | number | undefined][] = [
    ["--port", options.port],
    ["--seed", options.seed],
    ["--key", options.key],
    ["--latency", options.latencyMs],
    ["--log", options.logFile],
    ["--max-in-flight", options.maxInFlight],
    ["--requests-per-minute", options.requestsPerMinute],
  ];
  const args = named.flatMap(([name, value]) => (value === undefined ? [] : [`${name}=${value}`]));
  if (options.rateHeaders === false) args.push("--no-rate-headers");
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
      reject(new Error(`The model stand-in did not start (exit ${code}). ${errors.join("")}`)),
    );
  });
  if ("error" in ready) {
    await exited;
    const mend = `choose another with ${options.portSetting ?? "port"}`;
    throw new Error(
      ready.error === "taken"
        ? `Port ${options.port} of the model stand-in is taken; ${mend}.`
        : `The model stand-in did not start on port ${options.port}: ${ready.error}`,
    );
  }
  return {
    ...ready,
    async stop() {
      // It holds nothing worth a graceful end, and calls may hang.
      child.kill("SIGKILL");
      await exited;
    },
  };
}
