import { fstatSync } from "node:fs";
import type { Server } from "node:http";
import { messageOf } from "../shared/errors.ts";
import { isTaken, listenLocally } from "./listen-locally.ts";

export interface StandInService {
  /** As errors name it: `model stand-in`. */
  name: string;
  port: number;
  /** Of what its callers use, below its origin. */
  path?: string;
  /** What stands before its address where it is started by hand. */
  announce: string;
  /** Whether it is announced as a line of JSON. */
  json?: boolean;
}

/** Serves, and says where: to `startStandIn` that forked this process, or to whoever started it by hand. */
export async function serveStandIn(server: Server, service: StandInService): Promise<void> {
  endWithStarter();
  const { name, port, path = "", announce, json } = service;
  try {
    const adminUrl = await listenLocally(server, port);
    const ready = { url: `${adminUrl}${path}`, pid: process.pid };
    if (process.send) process.send({ ...ready, adminUrl });
    else process.stdout.write(json ? `${JSON.stringify(ready)}\n` : `${announce}: ${ready.url}\n`);
  } catch (thrown) {
    const why = isTaken(thrown) ? "taken" : messageOf(thrown);
    if (process.send) process.send({ error: why }, () => process.exit(1));
    else {
      process.stderr.write(`The ${name} did not start on port ${port}: ${why}\n`);
      process.exit(1);
    }
  }
}

/** However that one ends. */
function endWithStarter(): void {
  if (process.send) process.on("disconnect", () => process.exit(0));
  else if (fstatSync(0).isFIFO() || fstatSync(0).isSocket()) {
    process.stdin.on("end", () => process.exit(0));
    process.stdin.resume();
  }
  // A terminal's Ctrl-C reaches the whole group; whoever forked this one ends it in order.
  process.on("SIGINT", () => {
    if (!process.send) process.exit(130);
  });
}
