import { fork } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import * as z from "zod";
import type { MonitorFault, PushedMinute } from "./state.ts";

export interface MonitorStandIn {
  /** Base of metrics, of logs, and of `/_standin`. */
  url: string;
  pid: number;
  push(minutes: readonly z.input<typeof PushedMinute>[]): Promise<void>;
  fail(fault: z.input<typeof MonitorFault>): Promise<void>;
  stop(): Promise<void>;
}

const Message = z.union([z.object({ url: z.string(), pid: z.number() }), z.object({ error: z.string() })]);

/**
 * Starts Azure Monitor, simulated, in a process of its own that ends with this one. `portSetting`: name of the setting that
 * chooses the port, for the error that names it.
 * @throws Error where it does not start
 */
export async function startMonitor(options: { port: number; portSetting?: string }): Promise<MonitorStandIn> {
  const child = fork(path.join(import.meta.dirname, "main.ts"), [`--port=${options.port}`], {
    stdio: ["ignore", "ignore", "inherit", "ipc"],
    execArgv: [],
  });
  const exited = once(child, "exit");
  const ready = await new Promise<z.infer<typeof Message>>((resolve, reject) => {
    child.once("message", (message) => resolve(Message.parse(message)));
    child.once("exit", (code) => reject(new Error(`The monitor stand-in did not start (exit ${code}).`)));
  });
  if ("error" in ready) {
    await exited;
    const why =
      ready.error === "taken" ? `is taken; choose another with ${options.portSetting ?? "port"}` : ready.error;
    throw new Error(`Port ${options.port} of the monitor stand-in ${why}.`);
  }
  const post = async (place: string, body: unknown) => {
    const answer = await fetch(`${ready.url}/_standin/${place}`, { method: "POST", body: JSON.stringify(body) });
    if (!answer.ok) throw new Error(`The monitor stand-in refused ${place}: ${await answer.text()}`);
  };
  return {
    ...ready,
    push: (minutes) => post("minutes", minutes),
    fail: (fault) => post("faults", fault),
    async stop() {
      child.kill("SIGKILL");
      await exited;
    },
  };
}
