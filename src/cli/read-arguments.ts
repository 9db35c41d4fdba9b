import { parseArgs } from "node:util";
import { messageOf } from "../shared/errors.ts";
import { nearestName } from "../shared/gate/nearest-name.ts";
import type { Command, CommandArguments } from "./command.ts";
import { UsageError } from "./usage-error.ts";

/** Reads a command's arguments. @throws UsageError that says which one is wrong and what the command takes instead */
export function readArguments(name: string, command: Command, given: string[]): CommandArguments {
  const { values, positionals } = parse(name, command, given);
  if (positionals.length > command.positionals)
    throw new UsageError(
      `\`assay ${name}\` does not take \`${positionals[command.positionals]}\`.`,
      `Usage: assay ${command.usage.join(" | assay ")}`,
    );
  const textsOf = (option: string) => [values[option] ?? []].flat().filter((value) => typeof value === "string");
  for (const option of Object.keys(values)) {
    if (textsOf(option).some((text) => text.trim() === ""))
      throw new UsageError(
        `\`--${option}\` is empty.`,
        `Give it a value, or leave it out. See \`assay help ${name}\`.`,
      );
  }
  return {
    positionals,
    text: (option) => textsOf(option).at(-1),
    texts: textsOf,
    flag: (option) => values[option] === true,
  };
}

type Values = Record<string, string | boolean | (string | boolean)[] | undefined>;

function parse(name: string, { options }: Command, args: string[]): { values: Values; positionals: string[] } {
  try {
    const table = Object.entries(options).map(([option, { type, multiple = false, short }]) => [
      option,
      { type, multiple, ...(short ? { short } : {}) },
    ]);
    return parseArgs({ args, options: Object.fromEntries(table), allowPositionals: true, strict: true });
  } catch (thrown) {
    // Node's own sentence goes on with advice on `--`, which few mean.
    const [said = ""] = messageOf(thrown).split(". ");
    const unknown = /'--?([^' ]+)/.exec(said)?.[1];
    const near = unknown === undefined ? undefined : nearestName(unknown, Object.keys(options));
    const mend = near && near !== unknown ? `Did you mean \`--${near}\`? ` : "";
    throw new UsageError(`${said.replace(/\.?$/, ".")}`, `${mend}\`assay help ${name}\` lists the options.`);
  }
}

/** A whole number of an option, from 1 on. */
export function wholeNumber(given: CommandArguments, option: string, otherwise: number, most: number): number {
  const text = given.text(option);
  if (text === undefined) return otherwise;
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 1 || value > most)
    throw new UsageError(
      `\`--${option} ${text}\` is no whole number from 1 to ${most.toLocaleString("en-US")}.`,
      `Write for example \`--${option} ${otherwise}\`.`,
    );
  return value;
}

export function required(given: CommandArguments, option: string, command: string): string {
  const text = given.text(option);
  if (text === undefined)
    throw new UsageError(
      `\`assay ${command}\` needs \`--${option}\`.`,
      `\`assay help ${command}\` shows how it is used.`,
    );
  return text;
}
