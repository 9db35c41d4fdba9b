import { type Range, rangesOf, searchPieces } from "./search-pieces.ts";
import { type SecretRule, secretRules } from "./secret-rules.ts";

/** A secret in a text. */
export interface FoundSecret extends Range {
  rule: string;
  /** True where it only looks like one: worth a warning, and not masked. */
  advisory?: true;
}

const placeholder = /\[REDACTED:[a-z-]{1,40}\]/g;

/**
 * Finds secrets, advisory ones included, in the order of the text and without overlaps. What was masked before is left
 * alone: a placeholder is a wall that no secret reaches over.
 */
export function findSecrets(text: string): FoundSecret[] {
  const masked = findMasked(text);
  const lower = text.toLowerCase();
  const advisory = secretRules.filter((rule) => rule.advisory).flatMap((rule) => matchRule(rule, text, lower));
  const clear = merge(advisory);
  let next = 0;
  const apart = clear.filter((found) => {
    while ((masked[next]?.end ?? Number.POSITIVE_INFINITY) <= found.start) next += 1;
    return (masked[next]?.start ?? Number.POSITIVE_INFINITY) >= found.end;
  });
  return [...masked, ...apart].sort((a, b) => a.start - b.start);
}

/** Secrets that are masked. */
export function findMasked(text: string): FoundSecret[] {
  return searchPieces(text, rangesOf(text, placeholder), searchPiece, (piece) => ({
    rule: "overlapping-secrets",
    ...piece,
  }));
}

function searchPiece(piece: string): FoundSecret[] {
  const lower = piece.toLowerCase();
  const matches = secretRules.filter((rule) => !rule.advisory).flatMap((rule) => matchRule(rule, piece, lower));
  return merge([...findPrivateKeys(piece), ...matches]);
}

function matchRule(rule: SecretRule, text: string, lower: string): FoundSecret[] {
  if (!rule.hints.some((hint) => lower.includes(hint))) return [];
  const found: FoundSecret[] = [];
  for (const match of text.matchAll(rule.pattern)) {
    const secret = match[1] ?? match[0];
    const end = match.index + match[0].length;
    if (rule.accept && !rule.accept(secret)) continue;
    found.push({
      rule: rule.name,
      start: end - secret.length - (rule.before ?? 0),
      end,
      ...(rule.advisory ? { advisory: true as const } : {}),
    });
  }
  return found;
}

const privateKeyBegin = /-----BEGIN (?:[A-Z0-9]{1,12} ){0,3}PRIVATE KEY(?: BLOCK)?-----/g;
const privateKeyEnd = /-----END [A-Z0-9 ]{0,40}-----/y;
/** Body of a key without its end, also with line ends written as \n. */
const keyBody = /(?:[A-Za-z0-9+/=\s]|\\[nr])*/y;

function findPrivateKeys(text: string): FoundSecret[] {
  const found: FoundSecret[] = [];
  let closing = -2;
  for (const { index, 0: begin } of text.matchAll(privateKeyBegin)) {
    const last = found.at(-1);
    if (last && index < last.end) continue;
    const from = index + begin.length;
    if (closing !== -1 && closing < from) closing = text.indexOf("-----END ", from);
    privateKeyEnd.lastIndex = Math.max(closing, 0);
    const close = closing < 0 || closing - from > 20_000 ? null : privateKeyEnd.exec(text);
    keyBody.lastIndex = from;
    keyBody.exec(text);
    found.push({ rule: "private-key", start: index, end: close ? closing + close[0].length : keyBody.lastIndex });
  }
  return found;
}

/** Overlapping finds become one, under the name of the one that starts first (the longer one where both do). */
function merge(found: FoundSecret[]): FoundSecret[] {
  const merged: FoundSecret[] = [];
  for (const secret of found.toSorted((a, b) => a.start - b.start || b.end - a.end)) {
    const last = merged.at(-1);
    if (last && secret.start < last.end) last.end = Math.max(last.end, secret.end);
    else merged.push({ ...secret });
  }
  return merged;
}
