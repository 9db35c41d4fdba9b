import { isConversational } from "../../shared/evals/text/conversation.ts";
import { sentencesOf } from "../../shared/evals/text/sentences.ts";
import { type ContentToken, contentTokens, isIn, keySet } from "../../shared/evals/text/tokens.ts";

export interface Retrieved {
  /** Sentences of the passages, best first. */
  sentences: string[];
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

/** Picks the sentences that share the question's words, weighted by how rare a word is in the passages (idf). */
export function retrieve(question: string, passages: readonly string[]): Retrieved {
  const asked = distinct(contentTokens(question).filter((token) => !isConversational(token) || token.kind !== "word"));
  const read = passages.map((text) => ({
    keys: keySet(contentTokens(text)),
    sentences: sentencesOf(text).map((sentence) => ({ text: sentence, keys: keySet(contentTokens(sentence)) })),
  }));
  const all = read.flatMap((passage) => passage.sentences);
  const weights = asked.map((token) => {
    const holding = all.filter((sentence) => isIn(token, sentence.keys)).length;
    return Math.log(1 + (all.length + 1) / (holding + 0.5));
  });
  const total = weights.reduce((sum, weight) => sum + weight, 0) || 1;
  const share = (keys: ReadonlySet<string>) =>
    asked.reduce((sum, token, i) => sum + (isIn(token, keys) ? (weights[i] ?? 0) : 0), 0) / total;
  const shares = read.map((passage) => share(passage.keys));
  const scored = read.flatMap((passage, index) =>
    passage.sentences
      .filter((sentence) => sentence.keys.size > 2 && !/\?\s*$/.test(sentence.text))
      .map((sentence, position): Scored => {
        const score = share(sentence.keys) + PASSAGE_SHARE * (shares[index] ?? 0);
        return { text: sentence.text, passage: index, position, score };
      }),
  );
  const topics = asked
    .map((token, i) => ({ token, weight: (weights[i] ?? 0) * Math.min(token.text.length, 8) }))
    .filter(({ token }) => token.kind !== "number" && token.kind !== "unit" && token.text.length > 3)
    .sort((a, b) => b.weight - a.weight)
    .map(({ token }) => token.text);
  return { sentences: ranked(scored), coverage: Math.max(0, ...shares), topics };
}

/** Best first; a sentence beside one that was picked is likelier to carry on with the same thing. */
function ranked(scored: readonly Scored[]): string[] {
  const left = [...scored];
  const picked: Scored[] = [];
  while (left.length > 0 && picked.length < MOST_SENTENCES) {
    const worth = (item: Scored) =>
      item.score +
      (picked.some((p) => p.passage === item.passage && Math.abs(p.position - item.position) === 1)
        ? NEIGHBOUR_BONUS
        : 0);
    const best = left.reduce((a, b) => (worth(b) > worth(a) ? b : a));
    left.splice(left.indexOf(best), 1);
    picked.push(best);
  }
  return picked.map((item) => item.text);
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
