import { sentencesOf } from "../../shared/evals/text/sentences.ts";
import { groundingIn } from "./read-grounding.ts";
import { toneIn } from "./read-tone.ts";

/** What a prompt asks for, whatever its wording. */
export interface Instructions {
  tone: "friendly" | "plain" | "none";
  /** `strict`: nothing but the sources; `loose`: own knowledge is allowed in so many words. */
  grounding: "strict" | "loose" | "none";
  length: { short: boolean; long: boolean; sentences?: number; words?: number };
  /** Of the answer; undefined: the question's. */
  language?: "en" | "de";
  format: "text" | "bullets" | "steps" | "json";
  /** It is told to turn hostile requests down. */
  guarded: boolean;
}

/** Reads instructions sentence by sentence; what comes later outweighs what came before. */
export function readInstructions(text: string): Instructions {
  const found: Instructions = {
    tone: "none",
    grounding: "none",
    length: { short: false, long: false },
    format: "text",
    guarded: false,
  };
  for (const sentence of sentencesOf(text)) {
    found.tone = toneIn(sentence) ?? found.tone;
    found.grounding = groundingIn(sentence) ?? found.grounding;
    readLength(sentence, found);
    const language = languageIn(sentence);
    if (language === "question") delete found.language;
    else if (language) found.language = language;
    found.format = formatIn(sentence) ?? found.format;
    if (GUARD.test(sentence)) found.guarded = true;
  }
  return found;
}

/** Whether a text asks for anything that the stand-in understands. */
export function asksForSomething(text: string): boolean {
  const { tone, grounding, length, language, format, guarded } = readInstructions(text);
  const { short, long, sentences, words } = length;
  return (
    tone !== "none" ||
    grounding !== "none" ||
    language !== undefined ||
    format !== "text" ||
    guarded ||
    short ||
    long ||
    sentences !== undefined ||
    words !== undefined
  );
}

const GUARD =
  /\b(?:refus\w+|declin\w+|turn (?:\w+ )?down|reject\w*|lehne?|ablehn\w*|verweiger\w*)\b|\b(?:never|not|don't|nie|niemals|nicht)\b.{0,40}\b(?:reveal|disclose|share|obey|follow|verrat\w*|preisgeb\w*|befolg\w*)\b/i;

const COUNTS: Record<string, number> = {
  one: 1,
  a: 1,
  single: 1,
  two: 2,
  three: 3,
  four: 4,
  five: 5,
  einem: 1,
  einen: 1,
  ein: 1,
  zwei: 2,
  drei: 3,
  vier: 4,
  fünf: 5,
};

function readLength(sentence: string, found: Instructions): void {
  const bare = sentence.replace(/\b(?:not|nicht|never|don't|before (?:you|getting|coming))\b[^,.;]*/gi, " ");
  if (/\b(?:concise\w*|brief\w*|short|succinct\w*|terse\w*|to the point|knapp\w*|kurz\w*|bündig\w*)\b/i.test(bare)) {
    found.length = { ...found.length, short: true, long: false };
  }
  if (/\b(?:detailed|in detail|thorough\w*|comprehensive\w*|at length|ausführlich\w*|detailliert\w*)\b/i.test(bare)) {
    found.length = { ...found.length, long: true, short: false };
  }
  const limit =
    /\b(\d{1,3}|\p{L}+)(?:\s+(?:short|full|kurzen?))?\s+(sentences?|words?|sätze?n?|satz|wörtern?|worten?)\b/iu.exec(
      sentence,
    );
  const count = Number(limit?.[1]) || COUNTS[limit?.[1]?.toLowerCase() ?? ""];
  if (!limit || !count) return;
  if (/^(?:w)/i.test(limit[2] ?? "")) found.length.words = count;
  else found.length.sentences = count;
}

function languageIn(sentence: string): "en" | "de" | "question" | undefined {
  if (
    /\b(?:same language|language (?:of|in which|that|they|used by)|(?:user|customer|reader|person|asker)['’]?s(?: own)? language|(?:their|his|her) (?:own )?language|sprache (?:des|der|die|in der)|(?:selben|gleichen|derselben) sprache)\b/i.test(
      sentence,
    )
  ) {
    return "question";
  }
  const named = /\b(?:in|auf|into)\s+(german|deutsch|english|englisch)\b/i.exec(sentence)?.[1]?.toLowerCase();
  if (named) return /^(?:german|deutsch)$/.test(named) ? "de" : "en";
  const code =
    /\b(?:locale|language|sprache|lang)\b(?:\s+(?:is|ist|code|of the user|the user))*\W{0,4}(de|en|german|deutsch|english|englisch)(?:[-_][a-z]{2})?\b/i.exec(
      sentence,
    )?.[1] ?? /\b(?:in|for|auf|für)\s+["'`]?(de|en)(?:[-_][a-z]{2}\b|["'`]|[.,;]?$)/i.exec(sentence)?.[1];
  if (!code) return undefined;
  return /^(?:de|german|deutsch)/i.test(code) ? "de" : "en";
}

function formatIn(sentence: string): Instructions["format"] | undefined {
  if (
    /\b(?:no|not|never|without|avoid|keine?|nicht|ohne)\b[^,.;]{0,40}\b(?:bullets?|lists?|json|steps?|listen?|aufzählung\w*|schritte\w*)\b/i.test(
      sentence,
    )
  )
    return "text";
  if (/\bjson\b/i.test(sentence)) return "json";
  if (
    /\b(?:step[- ]by[- ]step|numbered|as steps|in steps|schritt für schritt|schrittweise|nummeriert\w*)\b/i.test(
      sentence,
    )
  )
    return "steps";
  if (/\b(?:bullets?|bulleted|bullet[- ]points?|as a list|aufzählung\w*|stichpunkt\w*|stichwort\w*)\b/i.test(sentence))
    return "bullets";
  return undefined;
}
