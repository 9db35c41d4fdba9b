import { parseArgs } from "node:util";
import { createIssuerServer } from "./server.ts";

const text = { type: "string" } as const;
const { values } = parseArgs({
  options: { port: { ...text, default: "0" }, tenant: text, audience: text, secret: text },
});
const { tenant = "", audience = "", secret = "" } = values;
const server = await createIssuerServer({ tenant, audience, secret });

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
