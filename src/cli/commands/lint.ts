import { existsSync, statSync } from "node:fs";
import path from "node:path";
import { lintWhole } from "../../shared/gate/findings.ts";
import { count } from "../../shared/gate/units.ts";
import type { AiRepository } from "../../shared/repository/ai-repository.ts";
import type { Finding } from "../../shared/repository/finding.ts";
import { findRoot, openCheckout } from "../checkout.ts";
import { defineCommand } from "../command.ts";
import { readWorkingTree } from "../read-working-tree.ts";
import type { Terminal } from "../terminal.ts";
import { UsageError } from "../usage-error.ts";

export const lint = defineCommand({
  usage: ["lint [PATH] [--json]"],
  about:
    "Reads the AI repository that PATH lies in (default: this folder) as the gate reads it, and prints every finding as file:line:col with its code and its mend. Where PATH is a file or a folder inside, findings elsewhere are left out. Exit code 1 where there is an error; warnings alone are 0.",
  positionals: 1,
  options: { json: { type: "boolean", description: "one JSON object: {errors, warnings, findings}" } },
  examples: [
    "assay lint",
    "assay lint evals/support/support-regression.yaml",
    "assay lint --json | jq '.findings[].code'",
  ],
  async run(given, terminal) {
    const asked = path.resolve(terminal.cwd, given.positionals[0] ?? ".");
    if (!existsSync(asked))
      throw new UsageError(`${given.positionals[0]} does not exist.`, "Name a file or folder of the AI repository.");
    const root = findRoot(statSync(asked).isDirectory() ? asked : path.dirname(asked));
    const repository = await readWorkingTree(openCheckout(root));
    const below = path.relative(root, asked).replaceAll("\\", "/");
    const findings = lintWhole(repository).filter(
      (finding) => below === "" || finding.path === below || finding.path.startsWith(`${below}/`),
    );
    const errors = findings.filter(({ severity }) => severity === "error").length;
    const counts = { errors, warnings: findings.length - errors };
    if (given.flag("json")) await terminal.print(`${JSON.stringify({ ...counts, findings })}\n`);
    else {
      // Paths as they are typed from here, so that a terminal can open them.
      const prefix = path.relative(terminal.cwd, root).replaceAll("\\", "/");
      for (const finding of findings) await terminal.print(lineOf(finding, prefix, terminal));
      await terminal.print(
        `${readText(repository)}: ${count(errors, "error")}, ${count(counts.warnings, "warning")}\n`,
      );
    }
    return errors > 0 ? 1 : 0;
  },
});

function readText({ prompts, suites, routes, releases }: AiRepository): string {
  const read = [count(prompts.length, "prompt"), count(suites.length, "suite")];
  if (routes.length > 0) read.push(count(routes.length, "route"));
  if (releases.length > 0) read.push(count(releases.length, "release"));
  return `${read.slice(0, -1).join(", ")} and ${read.at(-1)}`;
}

function lineOf(
  { path: file, line, column, severity, code, message, fix }: Finding,
  prefix: string,
  { style }: Terminal,
): string {
  const place = style("bold", `${path.posix.join(prefix, file)}:${line}:${column}`);
  const grade = style(severity === "error" ? "red" : "yellow", severity);
  return `${place} ${grade} ${style("dim", code)} ${message}\n    ${fix}\n`;
}
