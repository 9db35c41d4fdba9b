import type { Claim } from "./claims.ts";
import { isConversational } from "./conversation.ts";
import { hasNegation } from "./negation.ts";
import { sentencesOf } from "./sentences.ts";
import { stopwordCounts } from "./stopwords.ts";
import { type ContentToken, contentTokens, isIn, keySet, wordsOf } from "./tokens.ts";

/** A passage of the context, read for comparison. */
export interface Passage {
  keys: ReadonlySet<string>;
  sentences: { keys: ReadonlySet<string>; negated: boolean }[];
}

export function passagesOf(context: readonly string[]): Passage[] {
  return context
    .filter((text) => text.trim() !== "")
    .map((text) => ({
      keys: keySet(contentTokens(text)),
      sentences: sentencesOf(text).map((sentence) => ({
        keys: keySet(contentTokens(sentence)),
        negated: negated(sentence),
      })),
    }));
}

/** Numbers and names are what inventions are made of. */
const WEIGHT = { number: 3, name: 2, unit: 1, word: 1, conversation: 0.5 };
/** Words that only the question holds say little either way; names do: "Yes, we ship to Mars." */
const FROM_QUESTION = 0.5;
/** A sentence this close to the claim says the same thing, or its opposite. */
const SAME_STATEMENT = 0.8;

/**
 * Whether one passage supports the claim: it holds at least `level` of the claim's tokens by weight (numbers 3, names 2,
 * other content words 1, words of conversation 0.5, words but names that only the question holds half their weight); every number of
 * the claim is in that passage or the question; and no sentence alone says nearly the same (0.8)
 * with a negation where the claim has none, or the other way round.
 */
export function supportOf(
  claim: Claim,
  passages: readonly Passage[],
  question: ReadonlySet<string>,
  level: number,
): boolean {
  const names = properNames(claim.text);
  return passages.some((passage) => {
    const numbers = claim.tokens.filter((token) => token.kind === "number");
    if (!numbers.every((token) => isIn(token, passage.keys) || isIn(token, question))) return false;
    if (shareIn(claim.tokens, passage.keys, question, names) < level) return false;
    return !isContradicted(claim, passage, question, names);
  });
}

function shareIn(
  tokens: readonly ContentToken[],
  keys: ReadonlySet<string>,
  question: ReadonlySet<string>,
  names: ReadonlySet<string>,
): number {
  let all = 0;
  let found = 0;
  for (const token of tokens) {
    const present = isIn(token, keys);
    const full = weightOf(token, names);
    const weight = !present && full <= WEIGHT.word && isIn(token, question) ? full * FROM_QUESTION : full;
    all += weight;
    if (present) found += weight;
  }
  return all === 0 ? 0 : found / all;
}

function weightOf(token: ContentToken, names: ReadonlySet<string>): number {
  if (token.kind === "word" && names.has(token.text)) return WEIGHT.name;
  return isConversational(token) ? WEIGHT.conversation : WEIGHT[token.kind];
}

/** Words with a capital inside an English sentence; German writes every noun so, where they weigh as words. */
function properNames(sentence: string): Set<string> {
  const words = wordsOf(sentence);
  const { en, de } = stopwordCounts(words.map((w) => w.toLowerCase()));
  if (de > en) return new Set();
  return new Set(words.slice(1).filter((word) => /^\p{Lu}/u.test(word)));
}

function isContradicted(
  claim: Claim,
  passage: Passage,
  question: ReadonlySet<string>,
  names: ReadonlySet<string>,
): boolean {
  const claimNegated = negated(claim.text);
  const close = passage.sentences.filter(
    (sentence) => shareIn(claim.tokens, sentence.keys, question, names) >= SAME_STATEMENT,
  );
  return close.length > 0 && close.every((sentence) => sentence.negated !== claimNegated);
}

function negated(text: string): boolean {
  return hasNegation(wordsOf(text).map((w) => w.toLowerCase()));
}
