import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import { text } from "node:stream/consumers";
import { test } from "vitest";

const folder = path.resolve(import.meta.dirname, "../../clients");
const found = spawnSync("python3", ["-c", "import sys; assert sys.version_info >= (3, 9)"]).status === 0;
if (!found) process.stderr.write("python3 (3.9 or later) is not there: tests of the Python client are skipped\n");

/** A test that is skipped where there is no Python. */
export const withPython = test.skipIf(!found);

const program = (script: string) =>
  [
    "import sys, json",
    `sys.dont_write_bytecode = True; sys.path.insert(0, ${JSON.stringify(folder)})`,
    "import assay",
    'given = json.loads(sys.stdin.buffer.read().decode("utf-8"))',
    script,
    "sys.stdout.write(json.dumps(answer))",
  ].join("\n");

/** Runs lines that see `assay`, `json` and `given`, and returns what they leave in `answer`. */
export async function inPython<T = unknown>(script: string, given: unknown): Promise<T> {
  const child = spawn("python3", ["-c", program(script)]);
  child.stdin.end(JSON.stringify(given));
  const [out, err, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, "close")]);
  if (code !== 0) throw new Error(err.slice(-2000));
  return JSON.parse(out);
}
