import { parseArgs } from "node:util";
import { serveStandIn } from "../../serve-stand-in.ts";
import { createIssuerServer } from "./server.ts";

const text = { type: "string" } as const;
const { values } = parseArgs({
  options: { port: { ...text, default: "0" }, tenant: text, audience: text, secret: text },
});
const { tenant = "", audience = "", secret = "" } = values;
const server = await createIssuerServer({ tenant, audience, secret });
await serveStandIn(server, {
  name: "token issuer's stand-in",
  port: Number(values.port),
  announce: "Token issuer (simulated)",
});
