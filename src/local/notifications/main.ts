import { parseArgs } from "node:util";
import * as z from "zod";
import { serveStandIn } from "../serve-stand-in.ts";
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

const name = "stand-in for notifications";
await serveStandIn(server, { name, port, announce: "Notifications (simulated)", json: values.json });
