import { type SecretRule, secretRules } from "./secret-rules.ts";

/** A secret in a text: UTF-16 units, the end exclusive. */
export interface FoundSecret {
  rule: string;
  start: number;
  end: number;
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

interface Range {
  start: number;
  end: number;
}

/** More rounds than any real text needs; what is left then is masked whole. */
const mostRounds = 16;

/**
 * Secrets that are masked. Masking one can bring another to light (it no longer has letters before it), so what is left is
 * searched again until nothing is found: that is what makes redaction of redacted text change nothing.
 */
export function findMasked(text: string): FoundSecret[] {
  const found: FoundSecret[] = [];
  let open = piecesBetween(
    { start: 0, end: text.length },
    [...text.matchAll(placeholder)].map((match) => ({ start: match.index, end: match.index + match[0].length })),
  );
  for (let round = 0; open.length > 0; round += 1) {
    const next: Range[] = [];
    for (const piece of open) {
      const secrets = searchPiece(text, piece);
      if (secrets.length === 0) continue;
      if (round >= mostRounds) found.push({ rule: "overlapping-secrets", ...piece });
      else {
        found.push(...secrets);
        next.push(...piecesBetween(piece, secrets));
      }
    }
    open = next;
  }
  return found.sort((a, b) => a.start - b.start);
}

function searchPiece(text: string, { start, end }: Range): FoundSecret[] {
  const piece = text.slice(start, end);
  const lower = piece.toLowerCase();
  const matches = secretRules.filter((rule) => !rule.advisory).flatMap((rule) => matchRule(rule, piece, lower));
  return merge([...findPrivateKeys(piece), ...matches]).map((found) => ({
    ...found,
    start: found.start + start,
    end: found.end + start,
  }));
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
      start: end - secret.length,
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

function piecesBetween(whole: Range, holes: Range[]): Range[] {
  const pieces: Range[] = [];
  let start = whole.start;
  for (const hole of holes) {
    if (hole.start > start) pieces.push({ start, end: hole.start });
    start = Math.max(start, hole.end);
  }
  if (start < whole.end) pieces.push({ start, end: whole.end });
  return pieces;
}
