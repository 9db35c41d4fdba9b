import { nistInternationalTokens } from "./nist-tokens.ts";
import { punktSentences } from "./punkt.ts";
import { treebankTokens } from "./treebank-tokens.ts";

/** NLTK's `word_tokenize`: sentences first, then each one's Treebank tokens. */
export function nltkWordTokens(text: string): string[] {
  return punktSentences(text).flatMap(treebankTokens);
}

/** Tokens as azure-ai-evaluation takes them: NLTK's words of an ASCII text, NIST's international ones of any other. */
export function azureTokens(text: string): string[] {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: Python's `str.isascii`
  return /^[\x00-\x7f]*$/.test(text) ? nltkWordTokens(text) : nistInternationalTokens(text);
}
