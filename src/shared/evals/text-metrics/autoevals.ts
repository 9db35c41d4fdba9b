import { parseShallowJson } from "../text/parse-shallow-json.ts";
import { editDistance } from "./edit-distance.ts";

/* The heuristic scorers of braintrustdata/autoevals (js/value.ts, number.ts, string.ts, json.ts), each 0..1. */

/** 1 where both are the same text; where either is an object, both are compared as JSON with their key order. */
export function autoevalsExact(output: unknown, expected: unknown): number {
  const asJson = isObjectLike(output ?? null) || isObjectLike(expected ?? null);
  return asText(output ?? null, asJson) === asText(expected ?? null, asJson) ? 1 : 0;
}

/** 1 - Levenshtein distance / the longer length, in UTF-16 code units; two empty texts are 1. */
export function autoevalsLevenshtein(output: string, expected: string): number {
  const longest = Math.max(output.length, expected.length);
  return longest === 0 ? 1 : 1 - editDistance(output, expected) / longest;
}

/** 1 - |difference| / (|expected| + |output|); two zeros are 1. */
export function autoevalsNumericDiff(output: number, expected: number): number {
  if (output === 0 && expected === 0) return 1;
  return 1 - Math.abs(expected - output) / (Math.abs(expected) + Math.abs(output));
}

/**
 * Mean similarity of the leaves: objects by the union of their keys, arrays by place over the longer length, texts by
 * Levenshtein, numbers by numeric difference, unlike kinds by Levenshtein of their JSON with sorted keys. Texts that hold
 * a JSON object or array are read as it unless `preserveStrings`.
 */
export function autoevalsJsonDiff(output: unknown, expected: unknown, preserveStrings = false): number {
  const a = preserveStrings ? output : readJson(output);
  const b = preserveStrings ? expected : readJson(expected);
  const diff = (x: unknown, y: unknown) => autoevalsJsonDiff(x, y, preserveStrings);
  if (isRecord(a) && isRecord(b)) {
    const keys = new Set([...Object.keys(a), ...Object.keys(b)]);
    if (keys.size === 0) return 1;
    return sum([...keys].map((key) => diff(own(a, key), own(b, key)))) / keys.size;
  }
  if (Array.isArray(a) && Array.isArray(b)) {
    const longest = Math.max(a.length, b.length);
    if (longest === 0) return 1;
    return sum(a.slice(0, b.length).map((item, i) => diff(item, b[i]))) / longest;
  }
  if (typeof a === "string" && typeof b === "string") return autoevalsLevenshtein(a, b);
  if (typeof a === "number" && typeof b === "number") return autoevalsNumericDiff(a, b);
  const absent = [a, b].filter((value) => value === null || value === undefined).length;
  if (absent > 0) return absent === 2 ? 1 : 0;
  return autoevalsLevenshtein(JSON.stringify(a, sortedKeys), JSON.stringify(b, sortedKeys));
}

function isObjectLike(value: unknown): boolean {
  return typeof value === "object";
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function own(record: Record<string, unknown>, key: string): unknown {
  return Object.hasOwn(record, key) ? record[key] : undefined;
}

function asText(value: unknown, asJson: boolean): string {
  if (isObjectLike(value)) return JSON.stringify(value);
  const parsed = typeof value === "string" && asJson ? tryParse(value) : undefined;
  return parsed === undefined ? String(value) : JSON.stringify(parsed.value);
}

function readJson(value: unknown): unknown {
  if (typeof value !== "string") return value;
  const parsed = tryParse(value);
  return parsed !== undefined && typeof parsed.value === "object" && parsed.value !== null ? parsed.value : value;
}

function tryParse(text: string): { value: unknown } | undefined {
  try {
    return { value: parseShallowJson(text) };
  } catch {
    return undefined;
  }
}

function sortedKeys(_key: string, value: unknown): unknown {
  if (!isRecord(value)) return value;
  return Object.fromEntries(
    Object.keys(value)
      .sort()
      .map((key) => [key, value[key]]),
  );
}

function sum(values: readonly number[]): number {
  return values.reduce((a, b) => a + b, 0);
}
