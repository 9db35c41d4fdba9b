import { splitWhitespace } from "./python-text.ts";

/** The substitutions of NLTK's NLTKWordTokenizer (an improved Penn Treebank tokenizer), in its order. */
const STARTING_QUOTES: [RegExp, string][] = [
  [/([«“‘„]|`+)/g, " $1 "],
  [/^"/g, "``"],
  [/(``)/g, " $1 "],
  [/([ ([{<])("|'{2})/g, "$1 `` "],
  [/(')(?!re|ve|ll|m|t|s|d|n)([\p{L}\p{N}_])(?![\p{L}\p{N}_])/giu, "$1 $2"],
];
const PUNCTUATION: [RegExp, string][] = [
  [/([^.])(\.)([\])}>"'»”’ ]*)\s*$/g, "$1 $2 $3 "],
  [/([:,])([^\d])/g, " $1 $2"],
  [/([:,])$/g, " $1 "],
  [/\.{2,}/g, " $& "],
  [/[;@#$%&]/g, " $& "],
  [/([^.])(\.)([\])}>"']*)\s*$/g, "$1 $2$3 "],
  [/[?!]/g, " $& "],
  [/([^'])' /g, "$1 ' "],
  [/[*]/g, " $& "],
];
const BRACKETS_AND_DASHES: [RegExp, string][] = [
  [/[\][(){}<>]/g, " $& "],
  [/--/g, " -- "],
];
const ENDING_QUOTES: [RegExp, string][] = [
  [/([»”’])/g, " $1 "],
  [/''/g, " '' "],
  [/"/g, " '' "],
  [/([^' ])('[sS]|'[mM]|'[dD]|') /g, "$1 $2 "],
  [/([^' ])('ll|'LL|'re|'RE|'ve|'VE|n't|N'T) /g, "$1 $2 "],
];
const CONTRACTIONS: [RegExp, string][] = [
  [/\b(can)(not)\b/gi, " $1 $2 "],
  [/\b(d)('ye)\b/gi, " $1 $2 "],
  [/\b(gim)(me)\b/gi, " $1 $2 "],
  [/\b(gon)(na)\b/gi, " $1 $2 "],
  [/\b(got)(ta)\b/gi, " $1 $2 "],
  [/\b(lem)(me)\b/gi, " $1 $2 "],
  [/\b(more)('n)\b/gi, " $1 $2 "],
  [/\b(wan)(na)(?=\s)/gi, " $1 $2 "],
  [/ ('t)(is)\b/gi, " $1 $2 "],
  [/ ('t)(was)\b/gi, " $1 $2 "],
];

/** The tokens of one sentence, as NLTK's `word_tokenize(text, preserve_line=True)`. */
export function treebankTokens(sentence: string): string[] {
  const parted = substitute(sentence, [...STARTING_QUOTES, ...PUNCTUATION, ...BRACKETS_AND_DASHES]);
  return splitWhitespace(substitute(` ${parted} `, [...ENDING_QUOTES, ...CONTRACTIONS]));
}

function substitute(text: string, rules: readonly [RegExp, string][]): string {
  return rules.reduce((result, [pattern, replacement]) => result.replace(pattern, replacement), text);
}
