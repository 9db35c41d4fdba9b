import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import type { WorkerOrder } from "./worker.ts";
import type { WritePoint } from "./write-points.ts";

/** A worker under proof: the built app in a process of its own. */
export interface WorkerProcess {
  url: string;
  alive(): boolean;
  points(): readonly WritePoint[];
  exited: Promise<void>;
  kill(): Promise<void>;
}

export async function startWorker(
  order: WorkerOrder,
  onPoint: (point: WritePoint) => void = () => {},
): Promise<WorkerProcess> {
  const child: ChildProcess = fork(path.join(import.meta.dirname, "worker.ts"), {
    stdio: ["ignore", "inherit", "inherit", "ipc"],
    // Workers are started by the hundred; what one has compiled the next one reads.
    env: { ...process.env, NODE_COMPILE_CACHE: path.join(path.dirname(order.app), "compiled") },
  });
  const points: WritePoint[] = [];
  const exited = once(child, "exit").then(() => undefined);
  const ready = new Promise<string>((resolve, reject) => {
    child.on("message", (message: { kind: string; url: string; point: WritePoint }) => {
      if (message.kind === "ready") resolve(message.url);
      else {
        points.push(message.point);
        onPoint(message.point);
      }
    });
    // An order may kill it while it starts.
    child.once("exit", () => reject(new Error("the worker died while it started")));
  });
  child.send(order);
  const url = await ready;
  return {
    url,
    alive: () => child.exitCode === null && child.signalCode === null,
    points: () => points,
    exited,
    async kill() {
      child.kill("SIGKILL");
      await exited;
    },
  };
}
