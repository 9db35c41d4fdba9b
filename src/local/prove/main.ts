import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";
import { messageOf } from "../../shared/errors.ts";
import { proveGate } from "./gate.ts";

const root = path.resolve(import.meta.dirname, "../../..");
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    json: { type: "boolean", default: false },
    sabotage: { type: "string" },
    limit: { type: "string" },
  },
});

try {
  const { sabotage } = values;
  if (positionals[0] !== "gate") throw new Error(`npm run prove -- gate: there is no proof "${positionals[0] ?? ""}"`);
  if (sabotage !== undefined && sabotage !== "if-match" && sabotage !== "intent") {
    throw new Error(
      `--sabotage ${sabotage}: if-match (every If-Match becomes *) or intent (the row of open gates is dropped)`,
    );
  }
  // A folder of its own: a build beside it must not take the chunks away from under a worker.
  const dist = mkdtempSync(path.join(tmpdir(), "assay-proof-app-"));
  const built = spawnSync(process.execPath, ["scripts/build.ts", dist], {
    cwd: root,
    stdio: ["ignore", "ignore", "inherit"],
  });
  if (built.status !== 0) throw new Error("the app could not be built");
  const outcome = await proveGate({
    root,
    app: path.join(dist, "main.cjs"),
    ...(sabotage ? { sabotage } : {}),
    ...(values.limit ? { limit: Number(values.limit) } : {}),
    tell: (line) => void (values.json ? process.stderr : process.stdout).write(`${line}\n`),
  });
  rmSync(dist, { recursive: true, force: true });
  process.stdout.write(`${JSON.stringify(outcome, null, values.json ? 0 : 2)}\n`);
  process.exit(outcome.ok ? 0 : 1);
} catch (thrown) {
  process.stderr.write(`${messageOf(thrown)}\n`);
  process.exit(1);
}
