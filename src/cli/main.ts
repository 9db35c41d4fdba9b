#!/usr/bin/env node
import { readFileSync } from "node:fs";
import { enableCompileCache } from "node:module";
import path from "node:path";
import { oldNode } from "./old-node.ts";

/** Nothing but this is loaded for `assay --version`; every command loads what it needs and no more. */
async function main(): Promise<void> {
  const [first] = process.argv.slice(2);
  if (first === "--version" || first === "-v" || first === "version") {
    process.stdout.write(`${readVersion()}\n`);
    return;
  }
  const old = oldNode(process.versions.node);
  if (old !== undefined) {
    process.stderr.write(old);
    process.exitCode = 1;
    return;
  }
  // Node keeps compiled code in the temporary folder: the second start of a command is half as long.
  enableCompileCache();
  const { runCli } = await import("./run-cli.ts");
  await runCli(process.argv.slice(2));
}

/** The built file lies one folder below package.json, the source two. */
function readVersion(): string {
  for (const up of ["..", "../.."]) {
    try {
      const found: unknown = JSON.parse(readFileSync(path.join(import.meta.dirname, up, "package.json"), "utf8"));
      if (typeof found === "object" && found !== null && "version" in found) return String(found.version);
    } catch {
      // Not this one.
    }
  }
  return "unknown";
}

void main();
