import { splitWhitespace } from "./python-text.ts";

/*
 * NLTK reads its character classes from lists of an older Unicode version: its "Number" list holds in truth what is no
 * number, without white space, Chinese characters and Hangul syllables, and no list goes beyond the basic plane.
 */
const NO_NUMBER = "(?![\\u{10000}-\\u{10ffff}])[^\\p{N}\\p{Z}\\p{C}\\p{Script=Han}\\uac00-\\ud7a3]";
const PUNCTUATION = "(?![\\u{10000}-\\u{10ffff}])\\p{P}";
const SYMBOL = "(?![\\u{10000}-\\u{10ffff}])[\\p{S}⌈⌉⌊⌋]";

const AFTER_TEXT = new RegExp(`(${NO_NUMBER})(${PUNCTUATION})`, "gu");
const BEFORE_TEXT = new RegExp(`(${PUNCTUATION})(${NO_NUMBER})`, "gu");
const SYMBOLS = new RegExp(`(${SYMBOL})`, "gu");

const ENTITIES: [string, string][] = [
  ["&gt;", ">"],
  ["&lt;", "<"],
  ["&apos;", "'"],
  ["&quot;", '"'],
  ["&#124;", "|"],
  ["&#91;", "["],
  ["&#93;", "]"],
  ["&amp;", "&"],
];

/** The tokens of a text as NLTK's `NISTTokenizer().international_tokenize`. */
export function nistInternationalTokens(text: string): string[] {
  const joined = text.replaceAll("<skipped>", "").replaceAll("\u2028", " ");
  const unescaped = ENTITIES.reduce((result, [entity, char]) => result.replaceAll(entity, char), joined);
  const parted = unescaped
    // biome-ignore lint/suspicious/noControlCharactersInRegex: NLTK's own range, all of ASCII
    .replace(/([\x00-\x7f]+)/g, " $1 ")
    .replace(AFTER_TEXT, "$1 $2 ")
    .replace(BEFORE_TEXT, " $1 $2")
    .replace(SYMBOLS, " $1 ");
  return splitWhitespace(parted);
}
