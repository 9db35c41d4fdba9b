import { isDeepStrictEqual } from "node:util";
import { isRecord } from "./tool-call-text.ts";

/**
 * Whether arguments are the expected ones. With `acceptable`, every expected argument is a list of acceptable values, as
 * in the Berkeley leaderboard: an empty text among them makes the argument optional, and objects inside hold lists again.
 * Extra arguments are wrong in either form.
 */
export function argumentsMatch(given: unknown, expected: unknown, acceptable: boolean): boolean {
  return acceptable ? recordAccepted(given, expected) : isDeepStrictEqual(given, expected);
}

function recordAccepted(given: unknown, expected: unknown): boolean {
  if (!isRecord(given) || !isRecord(expected)) return false;
  if (Object.keys(given).some((key) => !Object.hasOwn(expected, key))) return false;
  return Object.entries(expected).every(([key, values]) => {
    const list: unknown[] = Array.isArray(values) ? values : [values];
    if (!Object.hasOwn(given, key)) return list.includes("");
    return list.some((value) => valueAccepted(given[key], value));
  });
}

function valueAccepted(given: unknown, value: unknown): boolean {
  if (isDeepStrictEqual(given, value)) return true;
  if (isRecord(value)) return recordAccepted(given, value);
  if (!Array.isArray(value) || !Array.isArray(given) || value.length !== given.length) return false;
  return value.every((item, i) => valueAccepted(given[i], item));
}
