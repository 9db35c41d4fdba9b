import { parseArgs } from "node:util";
import { createMonitorServer } from "./server.ts";

const { values } = parseArgs({ options: { port: { type: "string", default: "0" } } });
const server = createMonitorServer();

// The process ends with whoever started it, however that one ends.
process.on("disconnect", () => process.exit(0));
// A terminal's Ctrl-C reaches the whole group; whoever forked this one ends it in order.
process.on("SIGINT", () => {});

server.once("error", (error: NodeJS.ErrnoException) => {
  process.send?.({ error: error.code === "EADDRINUSE" ? "taken" : error.message }, () => process.exit(1));
});
server.listen(Number(values.port), "127.0.0.1", () => {
  const address = server.address();
  const port = typeof address === "object" && address ? address.port : values.port;
  process.send?.({ url: `http://127.0.0.1:${port}`, pid: process.pid });
});
