import { type FoundSecret, findMasked } from "./find-secrets.ts";

export interface Redacted {
  text: string;
  /** What was masked; places in the text that was given. */
  found: FoundSecret[];
}

/**
 * Masks secrets as `[REDACTED:kind]`. Redacting twice changes nothing more. Time is linear in the text's length. Advisory
 * finds (see `findSecrets`) are left as they are.
 */
export function redact(text: string): Redacted {
  const found = findMasked(text);
  if (found.length === 0) return { text, found };
  const parts: string[] = [];
  let at = 0;
  for (const { rule, start, end } of found) {
    parts.push(text.slice(at, start), `[REDACTED:${rule}]`);
    at = end;
  }
  parts.push(text.slice(at));
  return { text: parts.join(""), found };
}
