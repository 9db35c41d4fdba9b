import type { Terminal } from "./terminal.ts";

/** 0 pass, 1 usage or infrastructure, 2 regressed, 3 inconclusive. */
export type ExitCode = 0 | 1 | 2 | 3;

/** An option as `node:util` parseArgs takes it, with what `assay help` says of it. */
export interface CommandOption {
  type: "string" | "boolean";
  /** What stands for the value in help: `FILE`, `N`. */
  value?: string;
  description: string;
  multiple?: boolean;
  short?: string;
}

export interface CommandArguments {
  positionals: string[];
  /** The option's text; undefined where it is not given. */
  text(name: string): string | undefined;
  /** Every text of an option that may be given more than once. */
  texts(name: string): string[];
  flag(name: string): boolean;
}

export interface Command {
  /** Lines after `assay`, e.g. `lint [PATH]`. */
  usage: string[];
  /** A few sentences: what it reads, what it does, what it prints. */
  about: string;
  /** Positional arguments that it takes at most. */
  positionals: number;
  options: Record<string, CommandOption>;
  examples: string[];
  run(given: CommandArguments, terminal: Terminal): Promise<ExitCode>;
}

/** Keeps the literal types of a command's table. */
export function defineCommand(command: Command): Command {
  return command;
}
