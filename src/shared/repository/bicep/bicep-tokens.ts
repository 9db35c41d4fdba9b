/** A piece of a Bicep file; `at` is where it begins in the text. */
export interface BicepToken {
  /** `mark` is a bracket or a sign, `line` the end of one. */
  kind: "name" | "text" | "mark" | "line";
  /** Of a text: what it says, with `hole` for each `${…}`. */
  text: string;
  at: number;
  end: number;
  /** Of a text: the pieces of what is put in. */
  inner?: BicepToken[];
}

/** Stands in a text for what is put in when the file is deployed; no file can hold it [readText refuses what is not UTF-8]. */
export const hole = "\uffff";

const word = /[A-Za-z0-9_.]+/y;
const skipped = /[ \t\r\f\v\u00a0\ufeff]+|\/\/[^\n]*|#[^\n]*/y;

/** Texts in what is put into texts; each is read once more. */
const mostInside = 4;

/** The pieces of any text, in one pass over it; what Bicep would refuse is cut somewhere. */
export function bicepTokens(text: string, depth = 0): BicepToken[] {
  const tokens: BicepToken[] = [];
  let at = 0;
  const add = (kind: BicepToken["kind"], end: number, said = text.slice(at, end), inner: BicepToken[] = []) => {
    tokens.push({ kind, text: said, at, end, ...(inner.length > 0 ? { inner } : {}) });
    at = end;
  };
  while (at < text.length) {
    skipped.lastIndex = word.lastIndex = at;
    if (skipped.test(text)) at = skipped.lastIndex;
    else if (text.startsWith("/*", at)) at = endOf(text, "*/", at + 2);
    else if (text[at] === "\n") add("line", at + 1);
    else if (text.startsWith("'''", at)) {
      const end = endOf(text, "'''", at + 3);
      add("text", end, text.slice(at + 3, Math.max(at + 3, end - 3)));
    } else if (text[at] === "'") {
      const { said, end, holes } = readQuoted(text, at);
      add("text", end, said, depth < mostInside ? holes.flatMap((span) => tokensIn(text, span, depth + 1)) : []);
    } else if (word.test(text)) add("name", word.lastIndex);
    else add("mark", at + 1);
  }
  return tokens;
}

function tokensIn(text: string, { at, end }: { at: number; end: number }, depth: number): BicepToken[] {
  const move = (token: BicepToken): BicepToken => ({
    ...{ ...token, at: token.at + at, end: token.end + at },
    ...(token.inner ? { inner: token.inner.map(move) } : {}),
  });
  return bicepTokens(text.slice(at, end), depth).map(move);
}

function endOf(text: string, mark: string, from: number): number {
  const found = text.indexOf(mark, from);
  return found < 0 ? text.length : found + mark.length;
}

const escapes: Record<string, string> = { n: "\n", r: "\r", t: "\t" };

/** One line: a text that nobody closed ends with its line. What is put in may hold braces and texts of its own. */
function readQuoted(text: string, start: number): { said: string; end: number; holes: { at: number; end: number }[] } {
  const parts: string[] = [];
  const holes: { at: number; end: number }[] = [];
  for (let at = start + 1; at < text.length; at++) {
    const sign = text[at] ?? "";
    if (sign === "'") return { said: parts.join(""), end: at + 1, holes };
    if (sign === "\n") return { said: parts.join(""), end: at, holes };
    if (sign === "$" && text[at + 1] === "{") {
      parts.push(hole);
      const from = at + 2;
      at = endOfHole(text, from) - 1;
      holes.push({ at: from, end: at });
    } else if (sign === "\\") {
      at += 1;
      parts.push(escapes[text[at] ?? ""] ?? text[at] ?? "");
    } else parts.push(sign);
  }
  return { said: parts.join(""), end: text.length, holes };
}

function endOfHole(text: string, from: number): number {
  // Braces in texts of an expression close nothing; whether one is open is told by counting its quotes.
  let [depth, quoted] = [1, false];
  for (let at = from; at < text.length; at++) {
    const sign = text[at];
    if (sign === "\n") return at;
    if (sign === "\\") at += 1;
    else if (sign === "'") quoted = !quoted;
    else if (!quoted && sign === "{") depth += 1;
    else if (!quoted && sign === "}" && --depth === 0) return at + 1;
  }
  return text.length;
}
