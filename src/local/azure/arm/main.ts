import { parseArgs } from "node:util";
import * as z from "zod";
import { serveStandIn } from "../../serve-stand-in.ts";
import { createAzureServer } from "./server.ts";

const text = { type: "string" } as const;
const { values } = parseArgs({
  options: {
    port: { ...text, default: "0" },
    seed: { ...text, default: "1" },
    log: text,
    quota: text,
    polls: text,
    "poll-seconds": text,
    "unknown-for-ms": text,
    "model-url": text,
    json: { type: "boolean", default: false },
  },
});
const count = z.coerce.number().nonnegative();
const port = count.int().max(65_535).parse(values.port);
const optional = (name: string, value: string | undefined) =>
  value === undefined ? {} : { [name]: count.parse(value) };

const server = createAzureServer({
  seed: z.coerce.number().int().parse(values.seed),
  ...(values.log === undefined ? {} : { logFile: values.log }),
  ...(values["model-url"] === undefined ? {} : { modelUrl: values["model-url"] }),
  ...optional("quota", values.quota),
  ...optional("polls", values.polls),
  ...optional("pollSeconds", values["poll-seconds"]),
  ...optional("unknownForMs", values["unknown-for-ms"]),
});

const name = "Azure stand-in";
await serveStandIn(server, { name, port, announce: "Azure stand-in (simulated)", json: values.json });
