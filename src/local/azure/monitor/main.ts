import { parseArgs } from "node:util";
import { serveStandIn } from "../../serve-stand-in.ts";
import { createMonitorServer } from "./server.ts";

const { values } = parseArgs({ options: { port: { type: "string", default: "0" } } });
await serveStandIn(createMonitorServer(), {
  name: "monitor stand-in",
  port: Number(values.port),
  announce: "Monitor stand-in (simulated)",
});
