import { appendFileSync } from "node:fs";
import { startFunctionsHost } from "../functions-host/start.ts";
import { nameOf, type WritePoint, watchWrites } from "./write-points.ts";

/** What the proof tells a worker: where everything is, and at which write to die. */
export interface WorkerOrder {
  app: string;
  root: string;
  github: string;
  storage: [string, string, string];
  env: Record<string, string>;
  /** Die at the first write of this kind, and say so in this file. */
  kill?: { at: WritePoint; log: string };
  sabotage?: "if-match" | "intent";
}

/** Each keeps the length of what it changes: the request's headers have been counted already. */
const sabotages: Record<NonNullable<WorkerOrder["sabotage"]>, (text: string) => string> = {
  "if-match": (text) =>
    text.replace(
      /(If-Match: )([^\r\n*][^\r\n]*)/gi,
      (_, name: string, tag: string) => `${name}${"*".padEnd(tag.length)}`,
    ),
  intent: (text) => text.replaceAll("active:", "acti0e:").replaceAll("active%3A", "acti0e%3A"),
};

process.once("message", async (message) => {
  const order = message as WorkerOrder;
  watchWrites({
    github: order.github,
    storage: order.storage,
    onPoint: (point) => {
      const { kill } = order;
      if (kill && nameOf(kill.at) === nameOf(point)) {
        appendFileSync(kill.log, `${JSON.stringify({ at: Date.now(), point: nameOf(point) })}\n`);
        // No exit handler runs and nothing is flushed: what was on the wire is all that is left.
        process.kill(process.pid, "SIGKILL");
      }
      process.send?.({ kind: "point", point });
    },
    ...(order.sabotage ? { rewriteTable: sabotages[order.sabotage] } : {}),
  });
  const host = await startFunctionsHost({
    app: order.app,
    root: order.root,
    port: 0,
    logLevel: "error",
    env: order.env,
  });
  process.send?.({ kind: "ready", url: host.url });
});
process.on("disconnect", () => process.exit(0));
