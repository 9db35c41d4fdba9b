import type { CommandArguments } from "./command.ts";
import { UsageError } from "./usage-error.ts";

/** `--margin 0.05` for all, `--margin cost=0.01` for one, as often as wanted. */
export function namedNumbers(given: CommandArguments, option: string): { named: Map<string, number>; all?: number } {
  const named = new Map<string, number>();
  let all: number | undefined;
  for (const text of given.texts(option)) {
    const at = text.lastIndexOf("=");
    const value = Number(text.slice(at + 1));
    if (text.slice(at + 1).trim() === "" || !Number.isFinite(value))
      throw new UsageError(
        `\`--${option} ${text}\` has no number.`,
        `Write \`--${option} NAME=0.05\`, or a number alone for all.`,
      );
    if (at === -1) all = value;
    else named.set(text.slice(0, at), value);
  }
  return { named, ...(all === undefined ? {} : { all }) };
}

/** Names, separated by commas or given more than once. */
export function nameList(given: CommandArguments, option: string): string[] | undefined {
  const names = given
    .texts(option)
    .flatMap((text) => text.split(",").map((name) => name.trim()))
    .filter(Boolean);
  return names.length === 0 ? undefined : names;
}
