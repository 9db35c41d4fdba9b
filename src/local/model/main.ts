import { parseArgs } from "node:util";
import * as z from "zod";
import { serveStandIn } from "../serve-stand-in.ts";
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

await serveStandIn(server, {
  name: "model stand-in",
  port,
  path: "/openai/v1",
  announce: "Model stand-in (simulated)",
  json: values.json,
});
