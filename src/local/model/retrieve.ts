import { isConversational } from "../../shared/evals/text/conversation.ts";
import { sentencesOf } from "../../shared/evals/text/sentences.ts";
import { type ContentToken, contentTokens } from "../../shared/evals/text/tokens.ts";
import { likeness, stockOf, type WordStock } from "./likeness.ts";
import { lexicon } from "./words.ts";

export interface Retrieved {
  /** Sentences of the passages, best first: those that answer, then those that go with them. */
  sentences: string[];
  /** How many of them answer, rather than go with the answer. */
  close: number;
  /** How much of the question's weight the best passage holds, 0..1. */
  coverage: number;
  /** The question's words by weight, heaviest first. */
  topics: string[];
}

interface Scored {
  text: string;
  passage: number;
  position: number;
  score: number;
}

/** A passage says more about a sentence's subject than the sentence: pronouns hide it. */
const PASSAGE_SHARE = 0.5;
const NEIGHBOUR_BONUS = 0.15;
const MOST_SENTENCES = 4;
/** "How long", "wie viel" ask for a figure; the words themselves stand in no answer. */
const MEASURE = lexicon(
  `long much many often far old high large big expensive lange lang viel viele oft weit alt hoch groß teuer`,
);
const FIGURE_BONUS = 0.15;
/** Of the best sentence's worth: what still answers, and what is still worth saying. */
const CLOSE = 0.8;
const RELATED = 0.5;

/** Picks the sentences that share the question's words, weighted by how rare a word is in the passages (idf). */
export function retrieve(question: string, passages: readonly string[]): Retrieved {
  const told = distinct(contentTokens(question).filter((token) => !isConversational(token) || token.kind !== "word"));
  const content = told.filter((token) => !MEASURE.has(token.text));
  const asked = content.length > 0 ? content : told;
  const wantsFigure = content.length < told.length || /\b(?:when|how much|wann|wie ?viel)\b/i.test(question);
  const read = passages.map((text) => ({
    stock: stockOf(contentTokens(text)),
    sentences: sentencesOf(text).map((sentence) => ({ text: sentence, stock: stockOf(contentTokens(sentence)) })),
  }));
  const all = read.flatMap((passage) => passage.sentences);
  const weights = asked.map((token) => {
    const holding = all.filter((sentence) => likeness(token, sentence.stock) > 0).length;
    return Math.log(1 + (all.length + 1) / (holding + 0.5));
  });
  const total = weights.reduce((sum, weight) => sum + weight, 0) || 1;
  const share = (stock: WordStock) =>
    asked.reduce((sum, token, i) => sum + likeness(token, stock) * (weights[i] ?? 0), 0) / total;
  const shares = read.map((passage) => share(passage.stock));
  const scored = read.flatMap((passage, index) =>
    passage.sentences
      .filter((sentence) => sentence.stock.keys.size > 2 && !/\?\s*$/.test(sentence.text))
      .map((sentence, position): Scored => {
        const figure = wantsFigure && [...sentence.stock.keys].some((key) => key.startsWith("n:")) ? FIGURE_BONUS : 0;
        const own = share(sentence.stock);
        const score = own + (own > 0 ? figure : 0) + PASSAGE_SHARE * (shares[index] ?? 0);
        return { text: sentence.text, passage: index, position, score };
      }),
  );
  const topics = asked
    .map((token, i) => ({ token, weight: (weights[i] ?? 0) * Math.min(token.text.length, 8) }))
    .filter(
      ({ token }) =>
        token.kind !== "number" && token.kind !== "unit" && token.text.length > 3 && !/(?:ed|ing)$/.test(token.text),
    )
    .sort((a, b) => b.weight - a.weight)
    .map(({ token }) => token.text);
  return { ...ranked(scored), coverage: Math.max(0, ...shares), topics };
}

/** Best first; a sentence beside one that was picked is likelier to carry on with the same thing. */
function ranked(scored: readonly Scored[]): { sentences: string[]; close: number } {
  const left = [...scored];
  const picked: Scored[] = [];
  let close = 0;
  while (left.length > 0 && picked.length < MOST_SENTENCES) {
    const beside = (item: Scored) =>
      picked.some((other) => other.passage === item.passage && Math.abs(other.position - item.position) === 1);
    const worth = (item: Scored) => item.score + (beside(item) ? NEIGHBOUR_BONUS : 0);
    const best = left.reduce((a, b) => (worth(b) > worth(a) ? b : a));
    const [first = best] = picked;
    if (best.passage !== first.passage && worth(best) < RELATED * first.score) break;
    if (best.score >= CLOSE * first.score) close += 1;
    left.splice(left.indexOf(best), 1);
    picked.push(best);
  }
  return { sentences: picked.map((item) => item.text), close };
}

function distinct(tokens: readonly ContentToken[]): ContentToken[] {
  const seen = new Set<string>();
  return tokens.filter((token) => {
    const key = token.keys[0] ?? token.text;
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}
