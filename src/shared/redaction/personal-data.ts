import { type Range, rangesOf, searchPieces } from "./search-pieces.ts";

const allKinds = ["EMAIL", "PHONE", "IBAN", "CARD", "OTHER"] as const;
/** `OTHER`: text made so that one find after another comes to light; replaced whole. */
export type PersonalDataKind = (typeof allKinds)[number];

export interface RedactedPersonalData {
  text: string;
  /** Places in the text that was given. */
  found: FoundPersonalData[];
}

export interface FoundPersonalData extends Range {
  kind: PersonalDataKind;
}

interface Kind {
  kind: PersonalDataKind;
  pattern: RegExp;
  accept?: (text: string) => boolean;
}

/** In the order in which they win where they overlap. Starts are fixed or bounded, so that time is linear. */
const kinds: Kind[] = [
  {
    kind: "EMAIL",
    pattern: /(?<![A-Za-z0-9._%+-])[A-Za-z0-9._%+-]{1,64}@(?:[A-Za-z0-9-]{1,63}\.){1,8}[A-Za-z]{2,24}/g,
  },
  { kind: "IBAN", pattern: /(?<![A-Za-z0-9])[A-Z]{2}\d{2}(?: ?[A-Z0-9]){11,30}(?![A-Za-z0-9])/g, accept: isIban },
  { kind: "CARD", pattern: /(?<![\d.-])\d(?:[ -]?\d){12,18}(?![\d.-]?\d)/g, accept: isCard },
  { kind: "PHONE", pattern: /(?<![\w+]|\d )(?:\+|00)[1-9](?:[ ().-]{0,2}\d){6,13}(?!\d)/g },
];

/**
 * Replaces e-mail addresses, phone numbers in international form, IBANs (mod 97) and card numbers (Luhn) by numbered
 * placeholders such as `<EMAIL_1>`; the same text gets the same number. Numbers go on where placeholders already stand.
 */
export function redactPersonalData(text: string): RedactedPersonalData {
  const found = searchPieces<FoundPersonalData>(text, rangesOf(text, placeholder), findPersonalData, (piece) => ({
    kind: "OTHER",
    ...piece,
  }));
  const next = new Map<PersonalDataKind, number>(allKinds.map((kind) => [kind, highest(text, kind)]));
  const names = new Map<string, string>();
  const parts: string[] = [];
  let at = 0;
  for (const { kind, start, end } of found) {
    const value = text.slice(start, end).toLowerCase();
    const key = `${kind} ${kind === "EMAIL" ? value : value.replace(/[ ().-]/g, "")}`;
    const number = (next.get(kind) ?? 0) + 1;
    if (!names.has(key)) next.set(kind, number);
    const name = names.get(key) ?? `<${kind}_${number}>`;
    names.set(key, name);
    parts.push(text.slice(at, start), name);
    at = end;
  }
  parts.push(text.slice(at));
  return { text: parts.join(""), found };
}

function findPersonalData(text: string): FoundPersonalData[] {
  const all = kinds.flatMap(({ kind, pattern, accept }): FoundPersonalData[] =>
    [...text.matchAll(pattern)]
      .filter(([value]) => !accept || accept(value))
      .map(({ index, 0: value }) => ({ kind, start: index, end: index + value.length })),
  );
  const found: typeof all = [];
  // The sort is stable: of two that start together, the kind that comes first above wins.
  for (const next of all.sort((a, b) => a.start - b.start)) {
    if (next.start >= (found.at(-1)?.end ?? 0)) found.push(next);
  }
  return found;
}

const placeholder = /<(?:EMAIL|PHONE|IBAN|CARD|OTHER)_\d{1,9}>/g;

function highest(text: string, kind: PersonalDataKind): number {
  return [...text.matchAll(new RegExp(`<${kind}_(\\d{1,9})>`, "g"))].reduce(
    (most, match) => Math.max(most, Number(match[1])),
    0,
  );
}

/** ISO 13616: the country and check digits go to the end, letters become 10 to 35, and the number is 1 modulo 97. */
export function isIban(text: string): boolean {
  const compact = text.replaceAll(" ", "");
  if (compact.length < 15 || compact.length > 34) return false;
  const digits = [...`${compact.slice(4)}${compact.slice(0, 4)}`].map((c) => Number.parseInt(c, 36)).join("");
  return [...digits].reduce((rest, digit) => (rest * 10 + Number(digit)) % 97, 0) === 1;
}

/** ISO/IEC 7812: 13 to 19 digits whose Luhn sum ends in 0. */
export function isCard(text: string): boolean {
  const digits = [...text.replace(/\D/g, "")].reverse().map(Number);
  if (digits.length < 13 || digits.length > 19 || digits.every((digit) => digit === 0)) return false;
  const sum = digits.reduce(
    (total, digit, index) => total + (index % 2 === 0 ? digit : digit > 4 ? digit * 2 - 9 : digit * 2),
    0,
  );
  return sum % 10 === 0;
}
