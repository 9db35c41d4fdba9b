import { messageOf } from "../shared/errors.ts";
import { nearestName } from "../shared/gate/nearest-name.ts";
import type { ExitCode } from "./command.ts";
import { commandTable } from "./command-table.ts";
import { helpOf, overview } from "./help-text.ts";
import { readArguments } from "./read-arguments.ts";
import { createTerminal, flushed, type Terminal } from "./terminal.ts";
import { UsageError } from "./usage-error.ts";

/** Runs one command and ends the process with its exit code, once everything is printed. */
export async function runCli(given: string[]): Promise<never> {
  const terminal = createTerminal();
  const code = await dispatch(given, terminal).catch((thrown: unknown): ExitCode => {
    tell(thrown, terminal);
    return 1;
  });
  await flushed();
  // Kept-alive connections to a model would hold the process for seconds.
  process.exit(code);
}

async function dispatch([name, ...rest]: string[], terminal: Terminal): Promise<ExitCode> {
  if (name === undefined) {
    terminal.note(overview());
    return 1;
  }
  if (["help", "--help", "-h"].includes(name)) {
    const [topic] = rest;
    await terminal.print(`${topic === undefined ? overview() : helpOf(topic, await load(topic))}\n`);
    return 0;
  }
  const command = await load(name);
  if (rest.includes("--help") || rest.includes("-h")) {
    await terminal.print(`${helpOf(name, command)}\n`);
    return 0;
  }
  return command.run(readArguments(name, command, rest), terminal);
}

async function load(name: string) {
  const entry = Object.hasOwn(commandTable, name) ? commandTable[name] : undefined;
  if (entry) return entry.load();
  const near = nearestName(name, Object.keys(commandTable));
  throw new UsageError(
    `There is no command \`${name}\`.`,
    near ? `Did you mean \`assay ${near}\`? \`assay help\` lists all commands.` : "`assay help` lists all commands.",
  );
}

function tell(thrown: unknown, { note, env }: Terminal): void {
  note(`assay: ${messageOf(thrown)}`);
  if (thrown instanceof UsageError && thrown.mend) note(`  ${thrown.mend}`);
  if (env.ASSAY_DEBUG && thrown instanceof Error && thrown.stack) note(thrown.stack);
}
