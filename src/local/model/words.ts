import { stemKeys, wordsOf } from "../../shared/evals/text/tokens.ts";

/** A set of words, compared by English and German stems. */
export interface Lexicon {
  has(word: string): boolean;
}

/** @param list words apart by white space */
export function lexicon(list: string): Lexicon {
  const keys = new Set(
    list
      .trim()
      .split(/\s+/)
      .flatMap((word) => stemKeys(word.toLowerCase())),
  );
  return { has: (word) => stemKeys(word.toLowerCase()).some((key) => keys.has(key)) };
}

/** Lower-case words; contractions are opened ("don't" is "do not"). */
export function plainWords(text: string): string[] {
  const opened = text
    .replaceAll("’", "'")
    .replace(/\bcan't\b/gi, "can not")
    .replace(/\bwon't\b/gi, "will not")
    .replace(/n't\b/gi, " not");
  return wordsOf(opened).map((word) => word.toLowerCase());
}
