import { extentOf } from "../../statistics/extent.ts";
import { isNegated } from "./negation.ts";
import { clausesOf, sentencesOf } from "./sentences.ts";
import { contentTokens, isIn, keySet, wordsOf } from "./tokens.ts";

interface Clause {
  keys: ReadonlySet<string>;
  negated: boolean;
}

/** One sentence of an answer, or two neighbours, where a fact may be stated. */
export interface AnswerWindow {
  /** Its words in lower case, one blank between. */
  text: string;
  keys: ReadonlySet<string>;
  clauses: Clause[];
}

export function answerWindows(answer: string): AnswerWindow[] {
  const sentences = sentencesOf(answer).map(windowOf);
  return sentences.flatMap((window, i) => {
    const next = sentences[i + 1];
    return next === undefined ? [window] : [window, joined(window, next)];
  });
}

/**
 * Whether a window states the fact: all its numbers and units and at least `level` of its other content words (rounded
 * up) are there, and the clauses that hold most of them are negated exactly where the fact is ("refunds are not possible
 * after 30 days" does not state "refunds are possible after 30 days"). Antonyms are not understood.
 */
export function isStated(fact: string, windows: readonly AnswerWindow[], level: number): boolean {
  const tokens = contentTokens(fact);
  // "Yes" or "not at all" have function words alone: such a fact is stated where its words stand as they are.
  if (tokens.length === 0) return windows.some((window) => ` ${window.text} `.includes(` ${spoken(fact)} `));
  const exact = tokens.filter((token) => token.kind === "number" || token.kind === "unit");
  const words = tokens.filter((token) => token.kind === "word" || token.kind === "name");
  const factNegated = isNegated(wordsOf(fact).map((w) => w.toLowerCase()));
  return windows.some((window) => {
    if (!exact.every((token) => isIn(token, window.keys))) return false;
    const found = words.filter((token) => isIn(token, window.keys));
    if (found.length < Math.ceil(words.length * level)) return false;
    const held = [...exact, ...found];
    const counts = window.clauses.map((clause) => held.filter((token) => isIn(token, clause.keys)).length);
    const [, most] = extentOf(counts);
    return window.clauses.some((clause, i) => counts[i] === most && clause.negated === factNegated);
  });
}

function windowOf(sentence: string): AnswerWindow {
  const clauses = clausesOf(sentence).map((clause) => ({
    keys: keySet(contentTokens(clause)),
    negated: isNegated(wordsOf(clause).map((w) => w.toLowerCase())),
  }));
  return { text: spoken(sentence), keys: new Set(clauses.flatMap((clause) => [...clause.keys])), clauses };
}

function joined(a: AnswerWindow, b: AnswerWindow): AnswerWindow {
  return {
    text: `${a.text} ${b.text}`,
    keys: new Set([...a.keys, ...b.keys]),
    clauses: [...a.clauses, ...b.clauses],
  };
}

function spoken(text: string): string {
  return wordsOf(text).join(" ").toLowerCase();
}
