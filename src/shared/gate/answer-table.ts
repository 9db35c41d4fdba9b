import { htmlLines } from "./markdown.ts";

/** Answers side by side over what was asked; one column where the base has none. */
export function answerTable(
  { input, baseOutput, headOutput }: { input: string; baseOutput?: string; headOutput: string },
  chars: number,
): string {
  const sides = [...(baseOutput === undefined ? [] : [["base", baseOutput] as const]), ["head", headOutput] as const];
  const width = sides.length > 1 ? ' width="50%"' : "";
  const span = sides.length > 1 ? ` colspan="${sides.length}"` : "";
  return [
    `<table><tr>${sides.map(([name]) => `<th>${name}</th>`).join("")}</tr>`,
    `<tr>${sides.map(([, output]) => `<td${width} valign="top">${cell(output, chars)}</td>`).join("")}</tr>`,
    `<tr><th${span}>asked</th></tr><tr><td${span}>${htmlLines(input, chars / 2)}</td></tr></table>`,
  ].join("");
}

/** Text that wraps: a long answer in a fence would have to be scrolled. */
function cell(output: string, chars: number): string {
  return output.trim() === "" ? "<em>(empty answer)</em>" : htmlLines(output, chars);
}
