/**
 * The one place where text that a model, a person or a file wrote becomes Markdown. Nothing of it may open a tag, a
 * mention, a link, a cell or a fence of its own.
 */

/** Zero-width space: breaks what GitHub would link, and is not seen. */
const gap = "\u200b";

/** Control characters, and those that turn the direction of what follows. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is taken out
const unseen = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]/g;

function visible(text: string): string {
  return text.replace(/\r\n?/g, "\n").replace(unseen, "");
}

/** Text in a line: no markup, mention, reference or tag comes through. */
export function inline(text: string): string {
  return visible(text)
    .replace(/\s+/g, " ")
    .replace(/&/g, "&amp;")
    .replace(/</g, "&lt;")
    .replace(/>/g, "&gt;")
    .replace(/[\\`*_{}[\]()!|~]/g, "\\$&")
    .replace(/@(?=[A-Za-z0-9])/g, `@${gap}`)
    .replace(/#(?=\d)/g, `#${gap}`)
    .replace(/\bGH-(?=\d)/gi, `GH${gap}-`)
    .replace(/:\/\//g, `:${gap}//`)
    .replace(/\bwww\./gi, `www${gap}.`);
}

/** A name in code style; backticks cannot end it. */
export function code(text: string): string {
  const shown = visible(text).replace(/\s+/g, " ").replaceAll("|", "\\|").trim() || " ";
  const longest = Math.max(0, ...[...shown.matchAll(/`+/g)].map(([run]) => run.length));
  const ticks = "`".repeat(longest + 1);
  const pad = shown.startsWith("`") || shown.endsWith("`") ? " " : "";
  return `${ticks}${pad}${shown}${pad}${ticks}`;
}

/** A fenced block whose fence is longer than any run of backticks inside. Mentions stay text in code. */
export function fence(text: string, language = "", maxChars = 1500): string {
  const shown = cut(visible(text), maxChars);
  const longest = Math.max(2, ...[...shown.matchAll(/`+/g)].map(([run]) => run.length));
  const ticks = "`".repeat(longest + 1);
  return `${ticks}${language}\n${shown}\n${ticks}`;
}

/** Cuts with a count of what is left out, and never in the middle of a surrogate pair. */
export function cut(text: string, maxChars: number): string {
  if (text.length <= maxChars) return text;
  const end = /[\ud800-\udbff]/.test(text[maxChars - 1] ?? "") ? maxChars - 1 : maxChars;
  return `${text.slice(0, end)}… (${text.length - end} more characters)`;
}

export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n");
}

export function details(summary: string, body: string): string {
  return `<details><summary>${summary}</summary>\n\n${body}\n\n</details>`;
}

/** Joins blocks as long as they fit; what does not fit is counted, never cut in the middle. */
export function fit(blocks: readonly string[], maxChars: number): string {
  const kept: string[] = [];
  let size = 0;
  let dropped = 0;
  for (const block of blocks) {
    if (dropped > 0 || size + block.length + 2 > maxChars - 100) {
      dropped++;
      continue;
    }
    kept.push(block);
    size += block.length + 2;
  }
  if (dropped > 0)
    kept.push(`_${dropped} more ${dropped === 1 ? "section" : "sections"} left out: the comment would be too long._`);
  return kept.join("\n\n");
}
