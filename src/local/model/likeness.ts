import { type ContentToken, isIn } from "../../shared/evals/text/tokens.ts";

/** Words as a text holds them, to ask how well a word of the question is found there. */
export interface WordStock {
  keys: ReadonlySet<string>;
  words: readonly string[];
  skeletons: ReadonlySet<string>;
}

const PARTIAL = 0.6;
const SHARED_LETTERS = 6;
const SEPARABLE = /^(aus|ab|an|auf|ein|vor|zu|mit|nach|her|hin|um|weg|zurück)(?:ge|zu)(?=\p{L}{4})/u;

export function stockOf(tokens: readonly ContentToken[]): WordStock {
  const words = tokens.filter((token) => token.kind === "word").map((token) => token.text.toLowerCase());
  return {
    keys: new Set(tokens.flatMap((token) => token.keys)),
    words,
    skeletons: new Set(words.map(skeleton)),
  };
}

/** 1: the same word by its stem; 0.6: a relative (a compound, "ausleihen" and "ausgeliehen"); 0: none. */
export function likeness(token: ContentToken, stock: WordStock): number {
  if (isIn(token, stock.keys)) return 1;
  const word = token.text.toLowerCase();
  if (token.kind !== "word" || word.length < SHARED_LETTERS) return 0;
  const bones = skeleton(word);
  if (bones.length > 3 && stock.skeletons.has(bones)) return PARTIAL;
  const start = word.slice(0, SHARED_LETTERS);
  return stock.words.some((other) => other.startsWith(start)) ? PARTIAL : 0;
}

/** What strong verbs keep when they are inflected: the first letter and the consonants. */
function skeleton(word: string): string {
  const bare = word.replace(SEPARABLE, "$1").replace(/^ge(?=\p{L}{5})/u, "");
  return bare.slice(0, 1) + bare.slice(1).replace(/[aeiouäöüy]/gu, "");
}
