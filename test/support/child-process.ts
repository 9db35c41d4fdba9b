import { type ChildProcessByStdio, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";

/** A Node process under test: its lines are waited for, and what it leaves is looked at. */
export interface NodeProcess {
  child: ChildProcessByStdio<null, Readable, Readable>;
  /** The next line of standard output; rejects with what it said on standard error where it ends before. */
  line(): Promise<string>;
  /** What it has said on standard error so far. */
  errors(): string;
  /** Sends a signal, waits for its end, and gives its exit code, or null where the signal ended it. */
  end(signal: NodeJS.Signals): Promise<number | null>;
  exited: Promise<number | null>;
}

export function startNode(args: string[], env: Record<string, string> = {}): NodeProcess {
  const child = spawn(process.execPath, args, {
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, NODE_OPTIONS: "", ...env },
  });
  let errors = "";
  child.stderr.on("data", (data: Buffer) => {
    errors += data.toString("utf8");
  });
  const exited = once(child, "close").then(([code]: (number | null)[]) => code ?? null);
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return {
    child,
    exited,
    errors: () => errors,
    async line() {
      const next = await lines.next();
      if (next.done) throw new Error(`it ended (${await exited}) without another line: ${errors}`);
      return next.value;
    },
    async end(signal) {
      child.kill(signal);
      return exited;
    },
  };
}
