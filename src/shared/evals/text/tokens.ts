import { germanStem } from "./german-stemmer.ts";
import { numberReadings, numberWord, unitOf } from "./numbers.ts";
import { porterStem } from "./porter-stemmer.ts";
import { isStopword } from "./stopwords.ts";

/**
 * A token with content. `keys` are what it is compared by: two tokens agree where they share one (the English stem, the
 * German stem, a number's reading, a unit). `name`: capitals inside, all capitals, or letters mixed with digits.
 */
export interface ContentToken {
  text: string;
  kind: "word" | "number" | "unit" | "name";
  keys: readonly string[];
}

const TOKEN = /\p{L}[\p{L}\p{M}\p{N}]*(?:['’]\p{L}+)?|\p{N}+(?:[.,'’\u00a0\u202f]\p{N}+)*|[%€$£]/gu;
const UNSPACED = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}]/u;
const segmenter = new Intl.Segmenter("ja", { granularity: "word" });

/** The words and numbers of a text as written, function words included. */
export function wordsOf(text: string): string[] {
  const words = text.normalize("NFC").match(TOKEN) ?? [];
  if (!UNSPACED.test(text)) return words;
  return words.flatMap((word) =>
    UNSPACED.test(word) ? [...segmenter.segment(word)].filter((s) => s.isWordLike).map((s) => s.segment) : [word],
  );
}

/** The tokens of a text that carry content, in order: no function words. */
export function contentTokens(text: string): ContentToken[] {
  return wordsOf(text).flatMap((word) => {
    const token = contentToken(word);
    return token === undefined ? [] : [token];
  });
}

/** Stems are asked for again and again over one dataset's vocabulary; the cap keeps a hostile text from growing it. */
const CACHE_LIMIT = 20_000;
const stems = new Map<string, readonly string[]>();

/** Longer than any word; what a hostile text runs together is compared by its start. */
const LONGEST_WORD = 64;

/** The keys that a lower-case word is compared by. */
export function stemKeys(written: string): readonly string[] {
  const word = written.slice(0, LONGEST_WORD);
  const known = stems.get(word);
  if (known !== undefined) return known;
  const english = porterStem(word);
  const german = germanStem(word);
  const keys = english === german ? [`w:${english}`] : [`w:${english}`, `w:${german}`];
  if (stems.size >= CACHE_LIMIT) stems.clear();
  stems.set(word, keys);
  return keys;
}

function contentToken(written: string): ContentToken | undefined {
  if (/^\p{N}/u.test(written))
    return { text: written, kind: "number", keys: numberReadings(written).map((n) => `n:${n}`) };
  const bare = written.replace(/['’]s$/i, "");
  const lower = bare.toLowerCase();
  const unit = unitOf(lower);
  if (unit !== undefined) return { text: written, kind: "unit", keys: [`u:${unit}`] };
  const value = numberWord(lower);
  if (value !== undefined) return { text: written, kind: "number", keys: [`n:${value}`] };
  if (isStopword(lower)) return undefined;
  const name = /[\p{Lu}\p{N}]/u.test(bare.slice(1));
  return { text: written, kind: name ? "name" : "word", keys: stemKeys(lower) };
}

/** All keys of the tokens, to ask with `isIn`. */
export function keySet(tokens: readonly ContentToken[]): Set<string> {
  return new Set(tokens.flatMap((token) => token.keys));
}

export function isIn(token: ContentToken, keys: ReadonlySet<string>): boolean {
  return token.keys.some((key) => keys.has(key));
}
