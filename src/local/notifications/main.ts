import { fstatSync } from "node:fs";
import { parseArgs } from "node:util";
import * as z from "zod";
import { createNotificationServer } from "./server.ts";

const text = { type: "string" } as const;
const { values } = parseArgs({
  options: {
    port: { ...text, default: "0" },
    secret: { ...text, default: "local-notify-secret" },
    log: text,
    json: { type: "boolean", default: false },
  },
});
const port = z.coerce.number().int().nonnegative().max(65_535).parse(values.port);
const server = createNotificationServer({
  secret: values.secret,
  ...(values.log === undefined ? {} : { logFile: values.log }),
});

// The process ends with whoever started it, however that one ends.
if (process.send) process.on("disconnect", () => process.exit(0));
else if (fstatSync(0).isFIFO() || fstatSync(0).isSocket()) {
  process.stdin.on("end", () => process.exit(0));
  process.stdin.resume();
}
// A terminal's Ctrl-C reaches the whole group; whoever forked this one ends it in order.
process.on("SIGINT", () => {
  if (!process.send) process.exit(130);
});

server.once("error", (error: NodeJS.ErrnoException) => {
  const why = error.code === "EADDRINUSE" ? "taken" : error.message;
  const exit = () => process.exit(1);
  if (process.send) process.send({ error: why }, exit);
  else {
    process.stderr.write(`The stand-in for notifications did not start on port ${port}: ${why}\n`);
    exit();
  }
});
server.listen(port, "127.0.0.1", () => {
  const address = server.address();
  const url = `http://127.0.0.1:${typeof address === "object" && address ? address.port : port}`;
  const ready = { url, pid: process.pid };
  if (process.send) process.send(ready);
  else process.stdout.write(values.json ? `${JSON.stringify(ready)}\n` : `Notifications (simulated): ${url}\n`);
});
