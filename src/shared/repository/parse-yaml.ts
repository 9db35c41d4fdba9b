import {
  type Alias,
  type Document,
  isAlias,
  isMap,
  isNode,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  parseDocument,
} from "yaml";
import { messageOf } from "../errors.ts";
import { excessiveAlias, nestingAlias } from "./alias-place.ts";
import { createFinding, type Finding, type Position, type Positions } from "./finding.ts";

export interface YamlText {
  /** Plain data; undefined where there are findings. */
  value: unknown;
  findings: Finding[];
  /** The place of a key path's value, of its key with `key: true`, or of the nearest parent that is there. */
  at(keys: readonly PropertyKey[], options?: { key?: boolean }): Position;
  /** The places of all key paths of at most `depth` keys. */
  positions(depth: number): Positions;
}

/** Nesting of values that is read. */
export const maxDepth = 32;
/** Findings of one file that are told. */
const maxFindings = 50;
const maxAliasCount = 50;

/**
 * Reads one YAML 1.2 document as plain data: core schema, no merge keys, no tags, at most 50 alias expansions. Line numbers
 * start at `firstLine`. Keys are checked here and not by the parser's `uniqueKeys`, which compares each key with each other
 * one (4.5 s for 20,000 keys), and keys that are collections are refused before they are turned into text, which takes
 * minutes for nested ones.
 */
export function parseYaml(path: string, text: string, firstLine = 1): YamlText {
  const lines = new LineCounter();
  const position = (start: number, end?: number): Position => {
    const { line, col } = lines.linePos(start);
    const from = { line: line + firstLine - 1, column: col };
    if (end === undefined) return from;
    const last = lines.linePos(end);
    return { ...from, endLine: last.line + firstLine - 1, endColumn: last.col };
  };
  const options = {
    schema: "core",
    merge: false,
    resolveKnownTags: false,
    uniqueKeys: false,
    prettyErrors: false,
  } as const;
  let document: Document;
  try {
    document = parseDocument(text, { ...options, lineCounter: lines });
  } catch (error) {
    const finding = createFinding(
      "yaml/syntax",
      { path, line: firstLine },
      `The YAML cannot be read: ${messageOf(error)}`,
    );
    return { value: undefined, findings: [finding], at: () => ({ line: firstLine, column: 1 }), positions: () => ({}) };
  }
  const findings = [...document.errors, ...document.warnings].slice(0, maxFindings).map((problem) => {
    const code = problem.code === "BAD_ALIAS" ? "yaml/alias" : "yaml/syntax";
    return createFinding(
      code,
      { path, ...position(problem.pos[0]) },
      `The YAML cannot be read: ${firstSentence(problem.message)}`,
    );
  });
  const root = document.contents;
  if (findings.length === 0 && root)
    checkNodes(root, (code, node, message) => findings.push(createFinding(code, { path, ...place(node) }, message)));
  const value =
    findings.length === 0
      ? expand(document, (code, node, message) => findings.push(createFinding(code, { path, ...place(node) }, message)))
      : undefined;
  return {
    value,
    findings: findings.slice(0, maxFindings),
    at: (keys, { key = false } = {}) => place(find(root, keys, key)),
    positions: (depth) => Object.fromEntries(root ? listPositions(root, depth, "", place) : []),
  };

  function place(node: unknown): Position {
    const range = isAlias(node) || isScalar(node) || isMap(node) || isSeq(node) ? node.range : undefined;
    if (!range) return { line: firstLine, column: 1 };
    return isScalar(node) && range[1] > range[0] ? position(range[0], range[1]) : position(range[0]);
  }
}

/** Aliases can nest values more deeply than they are written, and without an end. */
function expand(document: Document, report: Report): unknown {
  try {
    const value: unknown = document.toJS({ maxAliasCount });
    if (!isTooDeep(value)) return value;
    report("yaml/too-deep", nestingAlias(document), `Aliases nest values more than ${maxDepth} deep.`);
  } catch (error) {
    const alias = excessiveAlias(document, maxAliasCount);
    report("yaml/alias", alias, `The YAML cannot be expanded: ${messageOf(error)}`);
  }
  return undefined;
}

/** Whether plain data is nested more than `maxDepth` deep; data that contains itself is. */
function isTooDeep(root: unknown): boolean {
  const open: { value: unknown; depth: number }[] = [{ value: root, depth: 1 }];
  for (let next = open.pop(); next; next = open.pop()) {
    if (typeof next.value !== "object" || next.value === null) continue;
    if (next.depth > maxDepth) return true;
    for (const inner of Object.values(next.value)) open.push({ value: inner, depth: next.depth + 1 });
  }
  return false;
}

type Report = (
  code: "yaml/alias" | "yaml/duplicate-key" | "yaml/unsafe-key" | "yaml/too-deep" | "yaml/syntax",
  node: unknown,
  message: string,
) => void;

function checkNodes(root: Node, report: Report): void {
  const anchors = new Set<string>();
  const aliases: Alias[] = [];
  const open: { node: unknown; depth: number }[] = [{ node: root, depth: 1 }];
  for (let next = open.pop(); next; next = open.pop()) {
    const { node, depth } = next;
    if (depth > maxDepth && (isMap(node) || isSeq(node))) {
      report("yaml/too-deep", node, `Values are nested more than ${maxDepth} deep.`);
      return;
    }
    if (isAlias(node)) aliases.push(node);
    else if (isNode(node) && node.anchor !== undefined) anchors.add(node.anchor);
    if (isSeq(node)) for (const item of node.items) open.push({ node: item, depth: depth + 1 });
    if (!isMap(node)) continue;
    const seen = new Set<string>();
    for (const { key, value } of node.items) {
      open.push({ node: value, depth: depth + 1 });
      if (!isScalar(key)) {
        report("yaml/syntax", isMap(key) || isSeq(key) || isAlias(key) ? key : node, "A key must be plain text.");
        continue;
      }
      if (key.anchor !== undefined) anchors.add(key.anchor);
      const name = String(key.value);
      if (name === "__proto__") report("yaml/unsafe-key", key, "`__proto__` cannot be a key.");
      if (seen.has(name)) report("yaml/duplicate-key", key, `The key \`${name.slice(0, 80)}\` is written twice.`);
      seen.add(name);
    }
  }
  for (const alias of aliases) {
    if (!anchors.has(alias.source)) report("yaml/alias", alias, `There is no anchor \`${alias.source.slice(0, 80)}\`.`);
  }
}

function find(root: unknown, keys: readonly PropertyKey[], wantKey: boolean): unknown {
  let node = root;
  for (const [index, key] of keys.entries()) {
    if (isMap(node)) {
      const pair = node.items.find((item) => isScalar(item.key) && String(item.key.value) === String(key));
      if (!pair) return node;
      const empty = !isScalar(pair.value) && !isMap(pair.value) && !isSeq(pair.value) && !isAlias(pair.value);
      if ((wantKey && index === keys.length - 1) || empty) return pair.key;
      node = pair.value;
    } else if (isSeq(node)) {
      const item: unknown = node.items[Number(key)];
      if (item === undefined) return node;
      node = item;
    } else return node;
  }
  return node;
}

function listPositions(
  node: Node,
  depth: number,
  prefix: string,
  place: (node: unknown) => Position,
): [string, Position][] {
  if (depth === 0) return [];
  const children: [string, unknown][] = isMap(node)
    ? node.items.map(({ key, value }) => [isScalar(key) ? String(key.value) : "", value ?? key])
    : isSeq(node)
      ? node.items.map((item, index) => [String(index), item])
      : [];
  return children.flatMap(([key, child]) => {
    const deeper = isMap(child) || isSeq(child) ? listPositions(child, depth - 1, `${prefix}${key}.`, place) : [];
    return [[`${prefix}${key}`, place(child)], ...deeper];
  });
}

function firstSentence(message: string): string {
  return message.split("\n", 1)[0]?.slice(0, 200) ?? "";
}
