import { fork } from "node:child_process";
import { once } from "node:events";
import * as z from "zod";
import { takenPort } from "./listen-locally.ts";

export interface StandInOrder {
  /** Its module. */
  main: string;
  /** As errors name it: `model stand-in`. */
  name: string;
  /** 0: any free one. */
  port: number;
  /** Name of the setting that chooses the port, for the error that names it. */
  portSetting?: string | undefined;
  /** Of its command line, besides the port; `true` for those that take no value. */
  options?: Record<string, string | number | boolean | undefined>;
  /** Whether its errors are shown as they come, or told where it does not start. */
  errors: "shown" | "told";
}

export interface StandInProcess {
  /** Where its callers find it. */
  url: string;
  /** Base to which `/_standin/…` is added. */
  adminUrl: string;
  pid: number;
  stop(): Promise<void>;
}

/** What `serveStandIn` sends. */
const Message = z.union([
  z.object({ url: z.string(), adminUrl: z.string(), pid: z.number() }),
  z.object({ error: z.string() }),
]);

/**
 * Starts a stand-in in a process of its own that ends with this one: it holds an IPC channel, which the system closes even
 * where this process is killed.
 * @throws Error where it does not start; a taken port is named, with the setting that chooses it
 */
export async function startStandIn(order: StandInOrder): Promise<StandInProcess> {
  const { main, name, port, portSetting } = order;
  const options: StandInOrder["options"] = { port, ...order.options };
  const args = Object.entries(options).flatMap(([option, value]) => {
    if (value === undefined || value === false) return [];
    return value === true ? [`--${option}`] : [`--${option}=${value}`];
  });
  const child = fork(main, args, {
    stdio: ["ignore", "ignore", order.errors === "shown" ? "inherit" : "pipe", "ipc"],
    execArgv: [],
  });
  const exited = once(child, "exit");
  const errors: string[] = [];
  child.stderr?.on("data", (data) => errors.push(String(data)));
  const ready = await new Promise<z.infer<typeof Message>>((resolve, reject) => {
    child.once("message", (message) => resolve(Message.parse(message)));
    child.once("exit", (code) =>
      reject(new Error(`The ${name} did not start (exit ${code}). ${errors.join("")}`.trimEnd())),
    );
  });
  if ("error" in ready) {
    await exited;
    throw ready.error === "taken"
      ? takenPort(`${port} of the ${name}`, portSetting)
      : new Error(`The ${name} did not start on port ${port}: ${ready.error}`);
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
