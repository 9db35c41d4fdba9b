import { inputName } from "./prompt.ts";

export type TemplatePart = { text: string } | { name: string; offset: number };

export interface TemplateProblem {
  message: string;
  /** UTF-16 units from the template's start. */
  offset: number;
  length: number;
}

export interface Template {
  parts: TemplatePart[];
  problems: TemplateProblem[];
}

/** Openings of Handlebars, Mustache, Jinja and Nunjucks that the house does not run. */
const refused: Record<string, string> = {
  "{{{": "{{{ (unescaped output)",
  "{{#": "{{# (a block)",
  "{{>": "{{> (a partial)",
  "{{/": "{{/ (a block's end)",
  "{{^": "{{^ (an inverted block)",
  "{{&": "{{& (unescaped output)",
  "{{!": "{{! (a comment)",
};

/**
 * Reads `{{name}}` (spaces inside allowed) and nothing else: no logic, no paths, no filters. `\{{` and `\{%` stand for the
 * two characters after the backslash. Every other template language's syntax is a problem, never run and never sent as
 * it stands.
 */
export function parseTemplate(text: string): Template {
  const parts: TemplatePart[] = [];
  const problems: TemplateProblem[] = [];
  let literal = "";
  let at = 0;
  const opening = /\\?\{[{%]/g;
  for (let match = opening.exec(text); match !== null; match = opening.exec(text)) {
    literal += text.slice(at, match.index);
    at = match.index + match[0].length;
    if (match[0].startsWith("\\")) {
      literal += match[0].slice(1);
      continue;
    }
    const read = readPlaceholder(text, match.index);
    if ("name" in read) {
      if (literal !== "") parts.push({ text: literal });
      literal = "";
      parts.push({ name: read.name, offset: match.index });
    } else {
      problems.push({ message: read.problem, offset: match.index, length: read.end - match.index });
    }
    at = read.end;
    opening.lastIndex = at;
  }
  literal += text.slice(at);
  if (literal !== "") parts.push({ text: literal });
  return { parts, problems };
}

/** A template that renders to exactly this text. */
export function escapeTemplate(text: string): string {
  return text.replace(/\{[{%]/g, "\\$&");
}

/** Longest `{{ name }}` that is looked at; a name has 64 characters at most. */
const longestPlaceholder = 160;

function readPlaceholder(
  text: string,
  start: number,
): { name: string; end: number } | { problem: string; end: number } {
  if (text.startsWith("{%", start)) return { problem: "{% (a statement) is not run here", end: start + 2 };
  const kind = refused[text.slice(start, start + 3)];
  if (kind !== undefined) return { problem: `${kind} is not run here`, end: start + 3 };
  const close = text.slice(start, start + longestPlaceholder).indexOf("}}");
  if (close < 0) return { problem: "{{ is not closed by }}", end: start + 2 };
  const end = start + close + 2;
  const name = text.slice(start + 2, end - 2).trim();
  if (!inputName.test(name)) return { problem: `{{${name}}} is not a name (letters, digits, _ and -)`, end };
  return { name, end };
}
