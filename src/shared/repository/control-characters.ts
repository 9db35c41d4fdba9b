import { createFinding, type Finding } from "./finding.ts";

const mostTold = 10;

/** Tab and line feed are text; line ends are normalised before. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const controls = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]+/g;

/** Bytes that no editor shows: providers refuse some of them, and a reviewer sees none. */
export function controlCharacterFindings(path: string, text: string): Finding[] {
  const found: Finding[] = [];
  for (const [index, line] of text.split("\n").entries()) {
    for (const { 0: run, index: at } of line.matchAll(controls)) {
      const column = at + 1;
      const place = { path, line: index + 1, column, endLine: index + 1, endColumn: column + run.length };
      const more = run.length > 1 ? ` and ${run.length - 1} more` : "";
      const name = `U+${run.charCodeAt(0).toString(16).toUpperCase().padStart(4, "0")}`;
      found.push(
        createFinding("prompt/control-character", place, `The prompt holds the control character ${name}${more}.`),
      );
      if (found.length >= mostTold) return found;
    }
  }
  return found;
}
