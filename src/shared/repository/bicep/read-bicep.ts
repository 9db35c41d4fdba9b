import { type BicepToken, bicepTokens } from "./bicep-tokens.ts";

/** What stands behind a key. An expression is anything that only a deployment would know. */
export type BicepValue =
  | { kind: "text"; text: string; at: number; end: number }
  | { kind: "word"; text: string; at: number; end: number }
  | {
      kind: "object";
      entries: Map<string, BicepValue>;
      /** `...common`: what is taken over, in the order of the file. */
      spreads: BicepValue[];
      resources: BicepResource[];
      at: number;
      end: number;
    }
  | { kind: "expression"; at: number; end: number };

/** `resource chat 'Microsoft.CognitiveServices/accounts/deployments@2025-09-01' = { … }` */
export interface BicepResource {
  name: string;
  /** In lower case, without its version; that of a resource inside another one goes on with its parent's. */
  type: string;
  existing: boolean;
  body: Extract<BicepValue, { kind: "object" }>;
  at: number;
  end: number;
}

export interface BicepFile {
  resources: BicepResource[];
  /** Of `var` and `param` that are written out, by name. */
  constants: Map<string, BicepValue>;
  tokens: BicepToken[];
}

/** Deeper ones are an expression; nobody writes them, and a stack ends somewhere. */
const maxDepth = 40;
/** Pieces of a condition or a loop before a resource's object; without an end, a file of them would take minutes. */
const mostBefore = 1_000;

/**
 * Reads what a linter needs of a Bicep file: its resources with their keys, texts, numbers and flags, and constants. Everything
 * else (expressions, functions, loops, conditions, modules, imports) is passed over. Never throws, whatever the text is.
 */
export function readBicep(text: string): BicepFile {
  const tokens = bicepTokens(text);
  const reader: Reader = { tokens, next: 0 };
  const constants = new Map<string, BicepValue>();
  const resources: BicepResource[] = [];
  let startsLine = true;
  while (reader.next < tokens.length) {
    const token = tokens[reader.next];
    if (startsLine && is(token, "@")) {
      skipDecorator(reader);
      continue;
    }
    const resource = startsLine && is(token, "resource") ? readResource(reader, "", 0) : undefined;
    if (resource) resources.push(resource);
    else if (startsLine && (is(token, "var") || is(token, "param"))) readConstant(reader, constants);
    else reader.next += 1;
    startsLine = tokens[reader.next - 1]?.kind === "line";
  }
  return { resources, constants, tokens };
}

interface Reader {
  tokens: readonly BicepToken[];
  next: number;
}

/** `@batchSize(1)`; what it belongs to may follow on its line. */
function skipDecorator(reader: Reader): void {
  reader.next += 1;
  if (reader.tokens[reader.next]?.kind === "name") reader.next += 1;
  if (is(reader.tokens[reader.next], "(")) skipOne(reader);
}

function is(token: BicepToken | undefined, text: string): boolean {
  return token !== undefined && token.kind !== "text" && token.text === text;
}

/** Undefined, and nothing taken, where it is none that can be read. */
function readResource(reader: Reader, parent: string, depth: number): BicepResource | undefined {
  const [keyword, name, type] = reader.tokens.slice(reader.next, reader.next + 3);
  if (!keyword || name?.kind !== "name" || type?.kind !== "text") return undefined;
  const start = reader.next;
  reader.next += 3;
  const existing = is(reader.tokens[reader.next], "existing");
  skipToBody(reader, start + mostBefore);
  if (!is(reader.tokens[reader.next], "{")) {
    reader.next = start + 1;
    return undefined;
  }
  const own = (type.text.split("@", 1)[0] ?? "").toLowerCase();
  const full = parent === "" ? own : `${parent}/${own}`;
  const body = readObject(reader, full, depth);
  return { name: name.text, type: full, existing, body, at: keyword.at, end: type.end };
}

/**
 * A condition stands before the object in brackets of its own, and so does what a loop goes over: the object is the first brace
 * outside of both.
 */
function skipToBody(reader: Reader, last: number): void {
  let loop: "none" | "head" | "body" = "none";
  let depth = 0;
  for (; reader.next < Math.min(reader.tokens.length, last); reader.next++) {
    const token = reader.tokens[reader.next];
    if (depth === 0) {
      if (is(token, "{") && loop !== "head") return;
      // Only the object itself, or what leads to it, begins a line here.
      if (token?.kind === "line" && loop === "none" && !leadsOn(reader.tokens[reader.next + 1])) return;
      if (is(token, ":") && loop === "head") loop = "body";
    }
    if (is(token, "[") && loop === "none" && depth === 0) loop = "head";
    else if (opens(token)) depth += 1;
    else if (closes(token) && depth > 0) depth -= 1;
  }
}

function leadsOn(token: BicepToken | undefined): boolean {
  return token?.kind === "line" || ["=", "{", "[", "if"].some((text) => is(token, text));
}

function opens(token: BicepToken | undefined): boolean {
  return ["{", "[", "("].some((mark) => is(token, mark));
}

function closes(token: BicepToken | undefined): boolean {
  return ["}", "]", ")"].some((mark) => is(token, mark));
}

function readObject(reader: Reader, type: string, depth: number): Extract<BicepValue, { kind: "object" }> {
  const open = reader.tokens[reader.next];
  const at = open?.at ?? 0;
  const entries = new Map<string, BicepValue>();
  const spreads: BicepValue[] = [];
  const resources: BicepResource[] = [];
  reader.next += 1;
  while (reader.next < reader.tokens.length) {
    const token = reader.tokens[reader.next];
    if (is(token, "}")) {
      reader.next += 1;
      break;
    }
    const follows = reader.tokens[reader.next + 1];
    const inner = is(token, "resource") && depth < maxDepth ? readResource(reader, type, depth + 1) : undefined;
    if (inner) resources.push(inner);
    else if (token?.kind === "name" && token.text.startsWith("...")) spreads.push(readSpread(reader, token, depth));
    else if ((token?.kind === "name" || token?.kind === "text") && is(follows, ":")) {
      reader.next += 2;
      const value = readValue(reader, depth + 1);
      if (value && !entries.has(token.text)) entries.set(token.text, value);
    } else skipOne(reader);
  }
  const end = reader.tokens[reader.next - 1]?.end ?? at;
  return { kind: "object", entries, spreads, resources, at, end };
}

/** `...common`, `...{ … }`; anything else is an expression. */
function readSpread(reader: Reader, { text, at, end }: BicepToken, depth: number): BicepValue {
  reader.next += 1;
  if (text === "...") return { ...(readValue(reader, depth + 1) ?? { kind: "expression", end }), at };
  if (endsValue(reader.tokens[reader.next])) return { kind: "word", text: text.slice(3), at, end };
  readValue(reader, depth + 1);
  return { kind: "expression", at, end };
}

/** Up to the end of its line, or of its bracket. */
function readValue(reader: Reader, depth: number): BicepValue | undefined {
  const token = reader.tokens[reader.next];
  if (!token || token.kind === "line" || is(token, "}")) return undefined;
  const begin = reader.next;
  if (is(token, "{") && depth < maxDepth) {
    const object = readObject(reader, "", depth);
    if (endsValue(reader.tokens[reader.next])) return object;
  } else if (token.kind === "text" || token.kind === "name") {
    const follows = reader.tokens[begin + 1];
    if (endsValue(follows)) {
      reader.next = begin + 1;
      return { kind: token.kind === "text" ? "text" : "word", text: token.text, at: token.at, end: token.end };
    }
  }
  while (reader.next < reader.tokens.length && !endsValue(reader.tokens[reader.next])) skipOne(reader);
  return { kind: "expression", at: token.at, end: reader.tokens[reader.next - 1]?.end ?? token.end };
}

function endsValue(token: BicepToken | undefined): boolean {
  return token === undefined || token.kind === "line" || is(token, ",") || closes(token);
}

/** One piece, or one bracket with all that is in it. */
function skipOne(reader: Reader): void {
  let depth = 0;
  do {
    const token = reader.tokens[reader.next];
    if (opens(token)) depth += 1;
    else if (depth > 0 && closes(token)) depth -= 1;
    reader.next += 1;
  } while (depth > 0 && reader.next < reader.tokens.length);
}

/** `var n = 'text'`, `param n string = 'text'`: what is put in from outside can differ, and is looked at where it is written. */
function readConstant(reader: Reader, constants: Map<string, BicepValue>): void {
  const name = reader.tokens[reader.next + 1];
  reader.next += 1;
  for (;;) {
    const token = reader.tokens[reader.next];
    if (token === undefined || token.kind === "line") return;
    reader.next += 1;
    if (!is(token, "=")) continue;
    const value = readValue(reader, 0);
    if (name?.kind === "name" && value) constants.set(name.text, value);
    return;
  }
}
