import {
  ADMITTING,
  BEYOND,
  CONDITION,
  EXCLUDING,
  INVENTING,
  INVENTING_PHRASE,
  NEGATION,
  OWN_KNOWLEDGE,
  PERMISSION,
  PROVIDED,
  QUANTIFIED,
  RELEASE,
  RELEASE_DENIED,
  RELUCTANCE,
  RESTRICTING,
  RESTRICTORS,
  SILENT,
  SOURCES,
  UNLESS,
  UNRESTRICTING,
} from "./grounding-words.ts";
import { plainWords } from "./words.ts";

export type Grounding = "strict" | "loose";

const MUST_COME_FROM =
  /\b(?:must|has to|have to|needs? to|should|shall|muss|müssen|soll\w*)\b.{0,40}\b(?:come|stem|follow|backed|supported|found|appear|verifiable|traceable|in|from|stammen|belegt|stehen|gedeckt)\b/;
/** How far from a word what allows or forbids it stands. */
const REACH = 9;

/** Whether a sentence ties the answer to its sources, or sets it free; undefined: it says nothing of that. */
export function groundingIn(sentence: string): Grounding | undefined {
  const clauses = sentence.split(/;\s|\s[–—]\s/).filter((clause) => plainWords(clause).length > 2);
  const found = clauses.flatMap((clause) => clauseGrounding(clause) ?? []);
  return found.at(-1) ?? clauseGrounding(sentence);
}

function clauseGrounding(clause: string): Grounding | undefined {
  // "Be warm, not stiff, and …": what is said of the tone forbids nothing else.
  const words = plainWords(clause.replace(/,\s*(?:not|never|nicht|nie)\s\p{L}+(?=,)/giu, " "));
  const text = words.join(" ").replaceAll("off limits", "off-limits");
  const negations = text.split(" ").filter((word) => NEGATION.has(word)).length;
  const source = words.some((word) => SOURCES.has(word)) || PROVIDED.test(text);
  const inventing = inventingAt(words, text);
  if (source && RELEASE_DENIED.test(text)) return "strict";
  if (source && inventing === undefined && RELEASE.test(text)) return "loose";
  if (CONDITION.test(text) && ADMITTING.test(text)) return "strict";
  if (inventing === undefined && (SILENT.test(text) || (source && UNLESS.test(text)))) return "strict";
  if (inventing !== undefined) return inventingGrounding(words, inventing);
  const restricting = words.some((word) => RESTRICTORS.has(word)) || RESTRICTING.test(text);
  if (OWN_KNOWLEDGE.test(text)) return negations > 0 || (restricting && source) ? "strict" : "loose";
  return source ? sourceGrounding(text, negations, restricting) : undefined;
}

function sourceGrounding(text: string, negations: number, restricting: boolean): Grounding | undefined {
  if (BEYOND.test(text)) return negations > 0 ? "strict" : "loose";
  if (negations > 0 && EXCLUDING.test(text)) return "strict";
  if (UNRESTRICTING.test(text) && !/\b(?:anything|etwas|anderes)\b/.test(text)) return "loose";
  if (negations > 1 || (negations > 0 && /\b(?:leave|lass\w*)\b.{0,20}\b(?:out|weg|aus)\b/.test(text))) return "strict";
  if (negations > 0 && /\b(?:add|adds|adding|füge?|ergänze?)\b/.test(text)) return "strict";
  if (restricting || QUANTIFIED.test(text) || MUST_COME_FROM.test(text)) return "strict";
  return undefined;
}

/** Where a clause speaks of inventing: the index of the word. */
function inventingAt(words: readonly string[], text: string): number | undefined {
  const word = words.findIndex((item) => INVENTING.has(item));
  if (word >= 0) return word;
  const phrase = INVENTING_PHRASE.exec(text);
  return phrase ? text.slice(0, phrase.index).split(" ").length - 1 : undefined;
}

/** What stands nearest before it allows or forbids it; else what follows; an order to invent allows it. */
function inventingGrounding(words: readonly string[], at: number): Grounding | undefined {
  for (let i = at - 1; i >= Math.max(0, at - REACH); i--) {
    const word = words[i] ?? "";
    const negated = words.slice(Math.max(0, i - 3), i).some((item) => NEGATION.has(item));
    if (RELUCTANCE.has(word)) return negated ? "loose" : "strict";
    if (PERMISSION.has(word)) return negated ? "strict" : "loose";
    if (NEGATION.has(word)) return "strict";
  }
  const after = words.slice(at, at + REACH + 3);
  const cue = after.find((word) => NEGATION.has(word) || PERMISSION.has(word));
  if (cue) return NEGATION.has(cue) ? "strict" : "loose";
  return at < 2 || /^(?:and|then|und|or|oder)$/.test(words[at - 1] ?? "") ? "loose" : undefined;
}
