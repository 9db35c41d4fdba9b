import { ASCII_PUNCTUATION, finiteFloat, roundToHundredths, splitWhitespace } from "./python-text.ts";

/*
 * inspect_ai's `f1` and `exact` scorers (scorer/_classification.py): words are parted at blanks and hyphens, numbers are
 * compared as numbers, and F1 is taken over sets of words.
 */

/** F1 over word sets, the best reference, rounded to two places as Inspect does. Blank references are passed over. */
export function inspectF1(
  prediction: string,
  references: readonly string[],
  stopWords: readonly string[] = [],
): number {
  const scores = references
    .filter(hasText)
    .map((reference) => setF1(words(prediction, stopWords), words(reference, stopWords)));
  return roundToHundredths(Math.max(0, ...scores));
}

/** 1 where the normalised prediction is a normalised reference, else 0. */
export function inspectExact(prediction: string, references: readonly string[]): number {
  const normalised = normalise(prediction, []);
  return references.filter(hasText).some((reference) => normalise(reference, []) === normalised) ? 1 : 0;
}

function hasText(reference: string): boolean {
  return reference.trim() !== "";
}

function words(text: string, stopWords: readonly string[]): Set<string> {
  return new Set(splitWhitespace(normalise(text, stopWords)));
}

function setF1(predicted: ReadonlySet<string>, expected: ReadonlySet<string>): number {
  const common = [...predicted].filter((word) => expected.has(word)).length;
  const precision = predicted.size === 0 ? 1 : common / predicted.size;
  const recall = expected.size === 0 ? 1 : common / expected.size;
  return precision + recall === 0 ? 0 : (2 * precision * recall) / (precision + recall);
}

function normalise(text: string, stopWords: readonly string[]): string {
  const stops = new Set(stopWords.map(normaliseToken));
  const tokens = text.split(/ |-/).map(normaliseToken);
  return tokens
    .filter((token) => !stops.has(token) && token.trim() !== "")
    .join(" ")
    .trim();
}

function normaliseToken(token: string): string {
  // Python's casefold: as lower case, and ß becomes ss.
  const bare = withoutPunctuation(token.toLowerCase().replaceAll("ß", "ss"));
  const number = finiteFloat(bare);
  const text = number === undefined ? bare : String(number);
  return splitWhitespace(text.replace(/(?<![\p{L}\p{N}_])(?:a|an|the)(?![\p{L}\p{N}_])/gu, " ")).join(" ");
}

function withoutPunctuation(text: string): string {
  if (finiteFloat(text) !== undefined) return text;
  const stripped = stripEnds(text);
  if (finiteFloat(stripped) !== undefined) return stripped;
  return [...text].filter((char) => !ASCII_PUNCTUATION.includes(char)).join("");
}

function stripEnds(text: string): string {
  const strippable = `${ASCII_PUNCTUATION} \t\n\r\v\f`;
  let start = 0;
  let end = text.length;
  while (start < end && strippable.includes(text.charAt(start))) start++;
  while (end > start && strippable.includes(text.charAt(end - 1))) end--;
  return text.slice(start, end);
}
