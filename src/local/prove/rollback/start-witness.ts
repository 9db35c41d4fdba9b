import { fork } from "node:child_process";
import { once } from "node:events";
import path from "node:path";

export interface Witness {
  url: string;
  stop(): Promise<void>;
}

/** A process of its own before the tables, that ends with this one. */
export async function startWitness(target: string, log: string, delayMs: number): Promise<Witness> {
  const args = [`--target=${target}`, `--log=${log}`, `--delay=${delayMs}`];
  const child = fork(path.join(import.meta.dirname, "witness.ts"), args, {
    stdio: ["ignore", "ignore", "inherit", "ipc"],
    execArgv: [],
  });
  const exited = once(child, "exit");
  const url = await new Promise<string>((resolve, reject) => {
    child.once("message", (message: { url: string }) => resolve(message.url));
    child.once("exit", (code) => reject(new Error(`The witness of the tables did not start (exit ${code}).`)));
  });
  return {
    url,
    async stop() {
      child.kill("SIGKILL");
      await exited;
    },
  };
}
