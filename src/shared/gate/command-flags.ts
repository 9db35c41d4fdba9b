import type { Command } from "./commands.ts";
import { code } from "./markdown.ts";
import { nearestName } from "./nearest-name.ts";

/** What a command takes after its name. */
export interface CommandUsage {
  /** What a person is shown. */
  usage: string;
  /** Most words without dashes. */
  words: number;
  /** `text` takes `--flag=value` or `--flag value`, `switch` stands alone. */
  flags: Record<string, { kind: "text" | "switch"; oneOf?: readonly string[] }>;
}

export interface ReadCommand {
  words: string[];
  text(flag: string): string | undefined;
  has(flag: string): boolean;
}

const dashes = /^--?(?=[a-z])/i;

/** Flags and words of a command; where something is wrong, what it is and how it is meant to be written. */
export function readCommand({ name, args }: Command, taken: CommandUsage): ReadCommand | { problem: string } {
  const fail = (what: string) => ({ problem: `${what} Usage: \`${taken.usage}\`` });
  const words: string[] = [];
  const flags = new Map<string, string>();
  const pieces = piecesOf(args);
  const unclosed = pieces.find(isUnclosed);
  // Flags after it would be taken for its text.
  if (unclosed !== undefined) return fail(`The quote of ${code(unclosed)} is not closed.`);
  for (let at = 0; at < pieces.length; at++) {
    const piece = typed(pieces[at]);
    if (!dashes.test(piece)) {
      words.push(piece);
      continue;
    }
    const [flag = "", ...rest] = piece.replace(dashes, "").split("=");
    const known = taken.flags[flag.toLowerCase()];
    if (!known) {
      const near = nearestName(flag, Object.keys(taken.flags));
      return fail(`\`/${name}\` has no flag ${code(`--${flag}`)}.${near ? ` Did you mean \`--${near}\`?` : ""}`);
    }
    if (flags.has(flag.toLowerCase())) return fail(`${code(`--${flag}`)} is given twice.`);
    if (known.kind === "switch") {
      if (rest.length > 0) return fail(`${code(`--${flag}`)} takes no value.`);
      flags.set(flag.toLowerCase(), "");
      continue;
    }
    const value = rest.length > 0 ? rest.join("=") : typed(pieces[++at]);
    if (value.trim() === "" || dashes.test(value)) return fail(`${code(`--${flag}`)} needs a value.`);
    if (known.oneOf && !known.oneOf.includes(value)) {
      const near = nearestName(value, known.oneOf);
      const mend = near ? `Did you mean \`${near}\`?` : `It is one of ${known.oneOf.join(", ")}.`;
      return fail(`${code(`--${flag}=${value}`)} is not known. ${mend}`);
    }
    flags.set(flag.toLowerCase(), value);
  }
  if (words.length > taken.words) {
    const mend = args.some((arg) => arg.includes("'")) ? " Double quotes keep words together." : "";
    return fail(`\`/${name}\` does not take ${code(words[taken.words] ?? "")}.${mend}`);
  }
  return { words, text: (flag) => flags.get(flag), has: (flag) => flags.has(flag) };
}

/** Words with their quotes, also those that editors put; between quotes several are kept together. */
function piecesOf(args: readonly string[]): string[] {
  return args.join(" ").match(/(?:[^\s"“]+|"[^"]*"?|“[^”]*”?)+/g) ?? [];
}

function isUnclosed(piece: string): boolean {
  return /["“]/.test(piece.replace(/"[^"]*"|“[^”]*”/g, ""));
}

function typed(piece = ""): string {
  return piece.replace(/["“”]/g, "");
}
