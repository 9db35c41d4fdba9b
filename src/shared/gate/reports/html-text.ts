import { cut, visible } from "../markdown.ts";

/** Text in HTML, in an element or in a quoted attribute; what cannot be seen is named. Models and files wrote it. */
export function escaped(text: string, maxChars = 20_000): string {
  return cut(visible(text), maxChars).replace(/[&<>"'`]/g, (char) => `&#${char.charCodeAt(0)};`);
}

/** In one line. */
export function inOneLine(text: string, maxChars = 400): string {
  return escaped(text.replace(/\s+/g, " ").trim(), maxChars);
}
