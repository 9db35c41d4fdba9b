import {
  COLD,
  COLD_PHRASE,
  DENIED_AFTER,
  FRIENDLY,
  FRIENDLY_PHRASE,
  INFORMAL,
  NEGATORS,
  OTHER_SENSE,
  PLAIN,
  TURNS,
  VERBS,
} from "./tone-words.ts";
import { plainWords } from "./words.ts";

const REACH = 6;

/** The tone that a sentence asks for; a negated friendly word asks for a plain one, and the other way round. */
export function toneIn(sentence: string): "friendly" | "plain" | undefined {
  let friendly = 0;
  let plain = 0;
  let reach = 0;
  const text = sentence
    .replace(OTHER_SENSE, " ")
    .replace(/\b(?:have|has|had)n['’]t\b/gi, " ")
    .replace(/\b(?:ease up|tone down|go easy|dial down|cut back)\b/gi, "less");
  const pieces = text.split(/(?<=[,;:])\s/);
  for (const piece of pieces) {
    const words = plainWords(piece);
    // "Do not be formal, be warm": a new verb ends what the negation reaches; "not warm, chatty or personal" goes on.
    if (words[0] && VERBS.has(words[0])) reach = 0;
    words.forEach((word, i) => {
      if (TURNS.has(word) && words[i + 1] !== "than") reach = 0;
      else if (/^(?:and|und)$/.test(word) && VERBS.has(words[i + 1] ?? "")) reach = 0;
      else if (word === "instead" && words[i + 1] !== "of") reach = 0;
      else if (word === "than" && words[i - 1] !== "rather") return;
      else if (word === "less" && /^(?:more|than)$/.test(words[i - 1] ?? "")) return;
      else if (NEGATORS.has(word)) {
        reach = REACH;
        return;
      }
      // "Greetings are not needed."
      const negated = reach > 0 || DENIED_AFTER.test(words.slice(i + 1, i + 4).join(" "));
      reach -= 1;
      const isFriendly = FRIENDLY.has(word) || INFORMAL.test(word);
      const isPlain = PLAIN.has(word) || (negated && COLD.has(word));
      if (!isFriendly && !isPlain) return;
      if (negated) reach = REACH;
      if (isFriendly !== negated) friendly += 1;
      else plain += 1;
    });
  }
  for (const { index } of text.matchAll(FRIENDLY_PHRASE)) {
    if (isNegated(text, index)) plain += 1;
    else friendly += 1;
  }
  for (const { index } of text.matchAll(COLD_PHRASE)) {
    if (isNegated(text, index)) friendly += 1;
    else plain += 1;
  }
  if (friendly === plain) return undefined;
  return friendly > plain ? "friendly" : "plain";
}

function isNegated(text: string, at: number): boolean {
  const before = plainWords(text.slice(0, at).replace(/^.*[,;:]/s, "")).slice(-REACH);
  const negation = before.findLastIndex((word) => NEGATORS.has(word));
  const kept = /\bkeep\b[^,.;]*$/i.test(text.slice(0, at)) && /^[^,.;]*\bout\b/i.test(text.slice(at));
  return kept || negation > before.findLastIndex((word) => TURNS.has(word));
}
