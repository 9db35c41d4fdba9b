import { fstatSync } from "node:fs";
import { parseArgs } from "node:util";
import * as z from "zod";
import { createModelServer } from "./server.ts";

const text = { type: "string" } as const;
const { values } = parseArgs({
  options: {
    port: { ...text, default: "0" },
    seed: { ...text, default: "1" },
    key: text,
    latency: text,
    log: text,
    "max-in-flight": text,
    "requests-per-minute": text,
    "no-rate-headers": { type: "boolean", default: false },
    json: { type: "boolean", default: false },
  },
});
const count = z.coerce.number().int().nonnegative();
const port = count.max(65_535).parse(values.port);

const server = createModelServer({
  seed: z.coerce.number().int().parse(values.seed),
  ...(values.key === undefined ? {} : { key: values.key }),
  ...(values.latency === undefined ? {} : { latencyMs: count.parse(values.latency) }),
  ...(values.log === undefined ? {} : { logFile: values.log }),
  rateHeaders: !values["no-rate-headers"],
  ...(values["max-in-flight"] === undefined ? {} : { maxInFlight: count.parse(values["max-in-flight"]) }),
  ...(values["requests-per-minute"] === undefined
    ? {}
    : { requestsPerMinute: count.parse(values["requests-per-minute"]) }),
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
    process.stderr.write(`The model stand-in did not start on port ${port}: ${why}\n`);
    exit();
  }
});
server.listen(port, "127.0.0.1", () => {
  const address = server.address();
  const origin = `http://127.0.0.1:${typeof address === "object" && address ? address.port : port}`;
  const ready = { url: `${origin}/openai/v1`, pid: process.pid };
  if (process.send) process.send({ ...ready, adminUrl: origin });
  else process.stdout.write(values.json ? `${JSON.stringify(ready)}\n` : `Model stand-in (simulated): ${ready.url}\n`);
});
