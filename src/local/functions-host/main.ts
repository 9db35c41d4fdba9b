import { parseArgs } from "node:util";
import { messageOf } from "../../shared/errors.ts";
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

try {
  const host = await startFunctionsHost({
    app: values.app,
    root: values.root,
    port: wholeNumber("port", values.port, 0),
    portSetting: "--port",
    invisibilitySeconds: wholeNumber("invisibility", values.invisibility, 1),
    logLevel: values.log,
  });
  let stopping = false;
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.on(signal, async () => {
      if (stopping) process.exit(1);
      stopping = true;
      await host.stop();
      process.exit(0);
    });
  }
  const ready = { url: host.url, pid: process.pid, functions: host.functions };
  const line = values.json ? JSON.stringify(ready) : `Functions at ${host.url}: ${host.functions.join(", ")}`;
  process.stdout.write(`${line}\n`);
} catch (thrown) {
  process.stderr.write(`${messageOf(thrown)}\n`);
  process.exit(1);
}

function wholeNumber(name: string, text: string, least: number): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < least)
    throw new Error(`--${name} takes a whole number of at least ${least}.`);
  return value;
}
