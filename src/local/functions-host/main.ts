import { parseArgs } from "node:util";
import { startFunctionsHost } from "./start.ts";

const { values } = parseArgs({
  options: {
    app: { type: "string", default: "dist/main.cjs" },
    root: { type: "string", default: "." },
    port: { type: "string", default: "7071" },
    invisibility: { type: "string", default: "600" },
    log: { type: "string", default: "warning" },
    json: { type: "boolean", default: false },
  },
});

const host = await startFunctionsHost({
  app: values.app,
  root: values.root,
  port: Number(values.port),
  portSetting: "--port",
  invisibilitySeconds: Number(values.invisibility),
  logLevel: values.log,
});
const ready = { url: host.url, pid: process.pid, functions: host.functions };
process.stdout.write(
  values.json ? `${JSON.stringify(ready)}\n` : `Functions at ${host.url}: ${host.functions.join(", ")}\n`,
);

let stopping = false;
for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.on(signal, async () => {
    if (stopping) process.exit(1);
    stopping = true;
    await host.stop();
    process.exit(0);
  });
}
