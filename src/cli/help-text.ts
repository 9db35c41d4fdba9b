import type { Command } from "./command.ts";
import { commandTable } from "./command-table.ts";

const exitCodes = "Exit codes: 0 pass, 1 usage or infrastructure, 2 regressed, 3 inconclusive.";

export function overview(): string {
  const width = Math.max(...Object.keys(commandTable).map(({ length }) => length)) + 2;
  return [
    "Assay: evaluations of prompts, on a local checkout.",
    "",
    "Usage: assay COMMAND [options]",
    "",
    ...Object.entries(commandTable).map(([name, { summary }]) => `  ${name.padEnd(width)}${summary}`),
    "",
    "`assay help COMMAND` says more; `assay --version` says which this is.",
    exitCodes,
  ].join("\n");
}

export function helpOf(name: string, { usage, about, options, examples }: Command): string {
  const left = (option: string, { value, short }: Command["options"][string]) =>
    `  ${short ? `-${short}, ` : ""}--${option}${value ? ` ${value}` : ""}`;
  const rows = Object.entries(options).map(([option, spec]) => ({ left: left(option, spec), spec }));
  const width = Math.min(34, Math.max(0, ...rows.map((row) => row.left.length)) + 2);
  const lines = rows.flatMap(({ left, spec }) => {
    const said = wrap(spec.description, 100 - width);
    const first = left.length < width ? [`${left.padEnd(width)}${said[0]}`] : [left, `${"".padEnd(width)}${said[0]}`];
    return [...first, ...said.slice(1).map((line) => `${"".padEnd(width)}${line}`)];
  });
  return [
    `assay ${name}: ${commandTable[name]?.summary ?? ""}`,
    "",
    ...usage.map((line, index) => `${index === 0 ? "Usage: " : "       "}assay ${line}`),
    "",
    ...wrap(about, 100),
    ...(lines.length > 0 ? ["", "Options:", ...lines] : []),
    ...(examples.length > 0 ? ["", "Examples:", ...examples.map((line) => `  ${line}`)] : []),
    "",
    exitCodes,
  ].join("\n");
}

function wrap(text: string, width: number): string[] {
  const lines = [""];
  for (const word of text.split(/\s+/)) {
    const last = lines.at(-1) ?? "";
    if (last !== "" && last.length + word.length + 1 > width) lines.push(word);
    else lines[lines.length - 1] = last === "" ? word : `${last} ${word}`;
  }
  return lines;
}
