import { appendFileSync, readFileSync } from "node:fs";
import { startFunctionsHost } from "../functions-host/start.ts";
import { nameWrite } from "./rollback/name-write.ts";
import { nameOf, type WritePoint, watchWrites } from "./write-points.ts";

/** What the proof tells a worker: where everything is, and at which write to die. */
export interface WorkerOrder {
  app: string;
  root: string;
  github: string;
  storage: [string, string, string];
  /** Origin of Resource Manager and the Foundry project. */
  azure?: string;
  env: Record<string, string>;
  /** Die at the first write of this kind, and say so in this file. */
  kill?: { at: WritePoint; log: string };
  /** Die at each order's point, which that file does not hold yet; an order of "" is met by a write that belongs to none. */
  kills?: { at: Record<string, string>; log: string };
  sabotage?: "if-match" | "intent" | "open";
}

/** Each keeps the length of what it changes: the request's headers have been counted already. */
const sabotages: Record<NonNullable<WorkerOrder["sabotage"]>, (text: string) => string> = {
  "if-match": (text) =>
    text.replace(
      /(If-Match: )([^\r\n*][^\r\n]*)/gi,
      (_, name: string, tag: string) => `${name}${"*".padEnd(tag.length)}`,
    ),
  intent: (text) => text.replaceAll("active:", "acti0e:").replaceAll("active%3A", "acti0e%3A"),
  open: (text) => text.replaceAll("open:", "ope0:").replaceAll("open%3A", "ope0%3A"),
};

process.once("message", async (message) => {
  const order = message as WorkerOrder;
  watchWrites({
    github: order.github,
    storage: order.storage,
    ...(order.azure ? { azure: order.azure } : {}),
    ...(order.kills ? { nameWrite } : {}),
    onPoint: (point) => {
      const { kill, kills } = order;
      if (kill && nameOf(kill.at) === nameOf(point)) die(kill.log, point);
      if (kills?.at[point.order ?? ""] === nameOf(point) && !isMet(kills.log, point)) die(kills.log, point);
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

function die(log: string, point: WritePoint): void {
  const { order } = point;
  appendFileSync(log, `${JSON.stringify({ at: Date.now(), point: nameOf(point), ...(order ? { order } : {}) })}\n`);
  // No exit handler runs and nothing is flushed: what was on the wire is all that is left.
  process.kill(process.pid, "SIGKILL");
}

/** Another worker may have died of it. */
function isMet(log: string, { order }: WritePoint): boolean {
  return readFileSync(log, "utf8")
    .split("\n")
    .filter(Boolean)
    .some((line) => JSON.parse(line).order === order);
}
