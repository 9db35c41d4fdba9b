import { spawnSync } from "node:child_process";
import path from "node:path";

const root = path.resolve(import.meta.dirname, "..");
const checks = [
  ["typescript/bin/tsc", "-p", "."],
  ["@biomejs/biome/bin/biome", "check"],
];

/** Types, lint and format; every one runs, and any failure fails. */
const failed = checks.filter(([bin = "", ...args]) => {
  const { status } = spawnSync(process.execPath, [path.join(root, "node_modules", bin), ...args], {
    cwd: root,
    stdio: "inherit",
  });
  return status !== 0;
});
process.exitCode = failed.length > 0 ? 1 : 0;
