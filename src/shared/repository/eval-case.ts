import type * as z from "zod";
import type { DatasetRow } from "./dataset-rows.ts";
import { issueText } from "./issue-text.ts";
import { maxDepth } from "./parse-yaml.ts";
import { EvalCase } from "./suite.ts";

const asWritten = ["turns", "weight", "mustPass", "holdout"] as const;
const listKeys = ["expected", "facts", "context", "tags"] as const;
const reserved = new Set<string>([
  ...["id", "inputs", "turns", ...listKeys, "segments", "cluster", "weight", "mustPass", "holdout"],
]);
const segmentPrefix = "segment.";

/** A case whose id may still have to be derived. */
const Row = EvalCase.extend({
  // biome-ignore lint/suspicious/noControlCharactersInRegex: ids go into keys, logs and Markdown, where these do harm
  id: EvalCase.shape.id.regex(/^[^\u0000-\u001f\u007f]*$/, "must not have control characters").optional(),
});
export type CaseRow = z.infer<typeof Row>;

export type ReadCase = { row: CaseRow; ignored: string[] } | { problem: string };

/**
 * Reads a row of a dataset as a case. Reserved keys: id, inputs, turns, expected, facts, context, tags, segments,
 * `segment.<dimension>`, cluster, weight, mustPass, holdout. Without `inputs` every other key is an input; with it, every other key
 * is ignored and told. Numbers and booleans where text is wanted are taken as JSON writes them. In CSV a cell of a list
 * is a JSON list or items separated by `|`, `turns` is a JSON list, `segments` and `inputs` are JSON objects, `mustPass` and
 * `holdout` are true or false.
 */
export function readCase({ value, textOnly }: DatasetRow): ReadCase {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return { problem: "it is not an object" };
  const unsafe = unsafeIn(value);
  if (unsafe) return { problem: unsafe };
  const given = new Map(Object.entries(value));
  const others = [...given.keys()].filter((key) => !reserved.has(key) && !key.startsWith(segmentPrefix));
  const cell = (key: string): unknown => (textOnly ? readCell(key, given.get(key)) : given.get(key));
  const hasInputs = given.has("inputs");
  if (!hasInputs && others.length === 0 && !given.has("turns")) return { problem: "it has no inputs" };
  const inputs = hasInputs ? cell("inputs") : Object.fromEntries(others.map((key) => [key, given.get(key)]));
  const dimensions = [...given.keys()].filter((key) => key.startsWith(segmentPrefix));
  const named = given.has("segments") ? cell("segments") : {};
  if (typeof named !== "object" || named === null || Array.isArray(named))
    return { problem: "`segments` is not an object" };
  const segments = Object.fromEntries([
    ...Object.entries(named).map(([key, segment]) => [key, text(segment)]),
    ...dimensions.map((key) => [key.slice(segmentPrefix.length), text(given.get(key))]),
  ]);
  const lists = listKeys.filter((key) => given.has(key)).map((key) => [key, texts(cell(key))]);
  const parsed = Row.safeParse({
    inputs,
    segments,
    ...Object.fromEntries(lists),
    ...(given.has("id") ? { id: text(given.get("id")) } : {}),
    ...(given.has("cluster") ? { cluster: text(given.get("cluster")) } : {}),
    ...Object.fromEntries(asWritten.filter((key) => given.has(key)).map((key) => [key, cell(key)])),
  });
  if (parsed.success) return { row: parsed.data, ignored: hasInputs ? others : [] };
  const [issue] = parsed.error.issues;
  return {
    problem: issue ? `\`${issue.path.map(String).join(".").slice(0, 120)}\`: ${issueText(issue)}` : "it is none",
  };
}

function readCell(key: string, given: unknown): unknown {
  if (typeof given !== "string") return given;
  const trimmed = given.trim();
  if (key === "inputs" || key === "segments" || key === "turns") return readJson(trimmed);
  if (key === "weight") return /^\d{1,9}(\.\d{1,9})?$/.test(trimmed) ? Number(trimmed) : given;
  if (key === "mustPass" || key === "holdout") return trimmed === "true" ? true : trimmed === "false" ? false : given;
  if (!listKeys.some((name) => name === key)) return given;
  const list = trimmed.startsWith("[") ? readJson(trimmed) : undefined;
  if (Array.isArray(list)) return list;
  return trimmed
    .split("|")
    .map((item) => item.trim())
    .filter((item) => item !== "");
}

function readJson(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && unsafeIn(value) === undefined ? value : undefined;
  } catch {
    return undefined;
  }
}

function text(value: unknown): unknown {
  return typeof value === "number" || typeof value === "boolean" ? JSON.stringify(value) : value;
}

function texts(value: unknown): unknown {
  if (value === null) return [];
  return Array.isArray(value) ? value.map(text) : text(value);
}

/** JSON allows what YAML's reader has already refused. */
function unsafeIn(root: object): string | undefined {
  const open: { value: object; depth: number }[] = [{ value: root, depth: 1 }];
  for (let next = open.pop(); next; next = open.pop()) {
    if (next.depth > maxDepth) return `values are nested more than ${maxDepth} deep`;
    if (Object.hasOwn(next.value, "__proto__")) return "`__proto__` cannot be a key";
    for (const inner of Object.values(next.value)) {
      if (typeof inner === "object" && inner !== null) open.push({ value: inner, depth: next.depth + 1 });
    }
  }
  return undefined;
}
