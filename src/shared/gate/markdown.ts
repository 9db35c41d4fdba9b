/**
 * The one place where text that a model, a person or a file wrote becomes Markdown. Nothing of it may open a tag, a
 * mention, a reference, a link, a cell or a fence of its own, and nothing of it stays unseen.
 */

/** Zero-width space: breaks what GitHub would link, and is not seen. */
const gap = "\u200b";

/** Characters that show nothing, or turn the direction of what follows; Unicode tags among them, which hide text in text. */
const unseen =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is made visible
  // biome-ignore lint/suspicious/noMisleadingCharacterClass: single characters are meant, joiners among them
  /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u2800\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\u{1bca0}-\u{1bca3}\u{1d173}-\u{1d17a}\u{e0000}-\u{e0fff}]+/gu;

/** Joiners and variation selectors inside an emoji, or between letters of a script that needs them. */
const joining = /^(?:[\ufe0e\ufe0f]?\u200d|\u200c|[\ufe0e\ufe0f])$/u;

/** Line ends are "\n"; what cannot be seen is named: `⟨U+202E⟩`. */
export function visible(text: string): string {
  return text
    .toWellFormed()
    .replace(/\r\n?|[\u0085\u2028\u2029]/g, "\n")
    .replace(unseen, (run: string, at: number, whole: string) => {
      const afterAscii = at === 0 || (whole.codePointAt(at - 1) ?? 0) < 0x80;
      return joining.test(run) && (!afterAscii || /^[\ufe0e\ufe0f]$/.test(run)) ? run : named(run);
    })
    .replace(/(\p{M}{8})\p{M}+/gu, "$1");
}

function named(run: string): string {
  const points = [...run].map((char) => `U+${(char.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0")}`);
  if (points.length <= 3) return points.map((point) => `⟨${point}⟩`).join("");
  return `⟨${points.length} invisible characters from ${points[0]}⟩`;
}

/** Mentions, references to issues and commits, links and emoji codes that GitHub would make of plain text. */
function unlinked(text: string): string {
  return text
    .replace(/@/g, `@${gap}`)
    .replace(/#(?=\d)/g, `#${gap}`)
    .replace(/\bGH-(?=\d)/gi, (found) => `${found.slice(0, 2)}${gap}-`)
    .replace(/:\/\//g, `:${gap}//`)
    .replace(/\bwww\./gi, (found) => `${found.slice(0, 3)}${gap}.`)
    .replace(/:(?=[\w+-]+:)/g, `:${gap}`);
}

const oneLine = (text: string) => visible(text).replace(/\s+/g, " ").trim();

/** Text in a line of Markdown: no markup, mention, reference or tag comes through. */
export function inline(text: string, maxChars = 600): string {
  const escaped = cut(oneLine(text), maxChars)
    .replace(/[\\`*[\]|~]|(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])/g, "\\$&")
    .replace(/&/g, "&amp;")
    .replace(/</g, "&lt;")
    .replace(/>/g, "&gt;")
    // A backslash does not keep GitHub from reading mathematics; a span does [docs.github.com, writing mathematical expressions].
    .replace(/\$(?!\d)/g, "<span>$</span>")
    .replace(/^(?=[#+=-])/, "\\")
    .replace(/^(\d+)(?=[.)])/, "$1\\");
  return unlinked(escaped);
}

/** As `inline`, with `names` between backticks in code style: for sentences of our own about what others wrote. */
export function prose(text: string, maxChars = 600): string {
  return cut(oneLine(text), maxChars)
    .split(/(`[^`]+`)/)
    .map((part, index) => (index % 2 === 1 ? code(part.slice(1, -1)) : inPlace(part, index)))
    .join("");
}

/** Spaces at the ends stand between words and code. */
function inPlace(part: string, index: number): string {
  const safe = inline(part, Number.POSITIVE_INFINITY);
  const lead = index > 0 && /^\s/.test(part) ? " " : "";
  return part.trim() === "" ? part : `${lead}${safe}${/\s$/.test(part) ? " " : ""}`;
}

/** Text in a line of HTML or Markdown, all in entities: for summaries and cells of HTML tables. */
export function html(text: string, maxChars = 600): string {
  return entities(cut(oneLine(text), maxChars));
}

/** Several lines in one cell of an HTML table: a blank line there would end the table. */
export function htmlLines(text: string, maxChars: number): string {
  return cut(visible(text), maxChars)
    .split("\n")
    .map((line) => entities(line).replace(/^[ \t]+/, (indent) => "&nbsp;".repeat(indent.length)))
    .join("<br>");
}

function entities(text: string): string {
  const safe = unlinked(text).replace(/[&<>"'\\`*_[\]|~$]/g, (char) => `&#${char.charCodeAt(0)};`);
  return safe.replace(/&#36;(?!\d)/g, "<span>&#36;</span>");
}

/** A name in code style; nothing in it can end it, in a table either. */
export function code(text: string, maxChars = 120): string {
  const shown = cut(oneLine(text), maxChars) || "(empty)";
  // In a table a backslash or a bar counts before the code does.
  return /[`|\\]/.test(shown) ? `<code>${entities(shown)}</code>` : `\`${shown}\``;
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
  return `${text.slice(0, end)}… (${(text.length - end).toLocaleString("en-US")} more characters)`;
}

/** `align`: one letter a column, l or r; default left. Cells are Markdown that is safe already. */
export function table(head: readonly string[], rows: readonly (readonly string[])[], align = ""): string {
  const line = (cells: readonly string[]) => `| ${cells.map((cell) => cell.replace(/\s*\n\s*/g, " ")).join(" | ")} |`;
  const rule = head.map((_, index) => (align[index] === "r" ? "---:" : "---"));
  return [line(head), line(rule), ...rows.map(line)].join("\n");
}

/** `summary` is safe HTML in one line, `body` whole Markdown blocks. */
export function details(summary: string, body: string, { open = false } = {}): string {
  return `<details${open ? " open" : ""}><summary>${summary}</summary>\n\n${body}\n\n</details>`;
}
