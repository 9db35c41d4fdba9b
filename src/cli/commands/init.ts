import { cpSync, existsSync, mkdirSync, readdirSync } from "node:fs";
import path from "node:path";
import { defineCommand } from "../command.ts";
import { UsageError } from "../usage-error.ts";

export const init = defineCommand({
  usage: ["init [FOLDER]"],
  about:
    "Writes the starter into an empty folder (default: this one; a .git in it is left alone): an assistant's prompt, a suite of 120 cases over it, and a policy. Nothing that is there is overwritten.",
  positionals: 1,
  options: {},
  examples: ["assay init my-prompts", "mkdir prompts-repo && cd prompts-repo && git init && assay init"],
  async run(given, terminal) {
    const asked = given.positionals[0] ?? ".";
    const folder = path.resolve(terminal.cwd, asked);
    const there = existsSync(folder) ? readdirSync(folder).filter((name) => name !== ".git") : [];
    if (there.length > 0)
      throw new UsageError(
        `${asked} is not empty: it holds ${there.slice(0, 3).join(", ")}.`,
        "Name an empty or a new folder, e.g. `assay init my-prompts`.",
      );
    mkdirSync(folder, { recursive: true });
    cpSync(starterFolder(), folder, { recursive: true, errorOnExist: true });
    const next = asked === "." ? "" : `cd ${asked} && `;
    await terminal.print(
      `The starter is in ${asked}. Try \`${next}assay lint\`, then \`assay eval support-regression --endpoint URL --estimate\`.\n`,
    );
    return 0;
  },
});

/** The built file lies in dist/chunks/cli, the source in src/cli/commands. */
function starterFolder(): string {
  const found = ["../../starter", "../../../starter"]
    .map((up) => path.join(import.meta.dirname, up))
    .find((folder) => existsSync(path.join(folder, "assay.yaml")));
  if (!found)
    throw new UsageError(
      "The starter is not part of this installation.",
      "Copy the folder `starter` of Assay's repository.",
    );
  return found;
}
