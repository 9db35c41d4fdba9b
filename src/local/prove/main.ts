import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";
import { messageOf } from "../../shared/errors.ts";
import { proveGate } from "./gate.ts";
import { proveRollback } from "./rollback/rollback.ts";
import { proveRuns } from "./runs.ts";

const root = path.resolve(import.meta.dirname, "../../..");
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    json: { type: "boolean", default: false },
    sabotage: { type: "string" },
    limit: { type: "string" },
  },
});

const tell = (line: string) => void (values.json ? process.stderr : process.stdout).write(`${line}\n`);

/** How each proof can be made to fail, and what that breaks. */
const proofs = {
  gate: {
    "if-match": "every If-Match becomes *",
    intent: "the row of open gates is dropped",
  },
  rollback: {
    "if-match": "every If-Match becomes *",
    intent: "the row of open operations is dropped",
  },
  runs: {
    limiter: "places are not asked for",
    resume: "stored samples are not looked at",
  },
} as const;

/** The sabotage that was asked for, among those that this proof has. */
function sabotageOf<T extends string>(known: Record<T, string>): { sabotage?: T } {
  const { sabotage } = values;
  if (sabotage === undefined) return {};
  const name = (Object.keys(known) as T[]).find((each) => each === sabotage);
  if (name !== undefined) return { sabotage: name };
  const list = Object.entries(known).map(([each, what]) => `${each} (${what})`);
  throw new Error(`--sabotage ${sabotage}: ${list.join(" or ")}`);
}

type Limits = { limit?: number };

async function withBuiltApp(work: (app: string, limit: Limits) => Promise<{ ok: boolean }>): Promise<{ ok: boolean }> {
  // A folder of its own: a build beside it must not take the chunks away from under a worker.
  const dist = mkdtempSync(path.join(tmpdir(), "assay-proof-app-"));
  const built = spawnSync(process.execPath, ["scripts/build.ts", dist], {
    cwd: root,
    stdio: ["ignore", "ignore", "inherit"],
  });
  if (built.status !== 0) throw new Error("the app could not be built");
  const limit = values.limit ? { limit: Number(values.limit) } : {};
  const outcome = await work(path.join(dist, "main.cjs"), limit);
  rmSync(dist, { recursive: true, force: true });
  return outcome;
}

async function prove(proof: string | undefined): Promise<{ ok: boolean }> {
  if (proof === "gate") {
    const sabotage = sabotageOf(proofs.gate);
    return withBuiltApp((app, limit) => proveGate({ root, app, ...sabotage, ...limit, tell }));
  }
  if (proof === "rollback") {
    const sabotage = sabotageOf(proofs.rollback);
    return withBuiltApp((app, limit) => proveRollback({ root, app, ...sabotage, ...limit, tell }));
  }
  if (proof === "runs") return proveRuns({ ...sabotageOf(proofs.runs), tell });
  throw new Error(`npm run prove -- ${Object.keys(proofs).join("|")}: there is no proof "${proof ?? ""}"`);
}

try {
  const outcome = await prove(positionals[0]);
  process.stdout.write(`${JSON.stringify(outcome, null, values.json ? 0 : 2)}\n`);
  process.exit(outcome.ok ? 0 : 1);
} catch (thrown) {
  process.stderr.write(`${messageOf(thrown)}\n`);
  process.exit(1);
}
