import { hasNegation } from "./negation.ts";
import { wordsOf } from "./tokens.ts";

/*
 * Refusals, told by their form in English and German: the speaker (I, we) with a negated act of its own, or one of the
 * set phrases by which requests are turned down. "We cannot ship to Mars" tells of the world and is none; "I cannot" is
 * always about the speaker.
 */

function words(list: string): Set<string> {
  return new Set(list.split(/\s+/));
}

const MODAL = words(
  `can could will would may able unable allowed permitted authorized authorised going comfortable can't couldn't won't
  wouldn't cannot don't kann könnte darf werde möchte will dürfen können werden`,
);
const ACTS = words(
  `help assist share disclose reveal discuss comply answer fulfil fulfill advise give provide support helfen weiterhelfen
  teilen weitergeben preisgeben offenlegen nennen verraten beantworten geben besprechen beraten mitteilen unterstützen`,
);
const SET_PHRASES = [
  /\b(?:must|have to|need to|has to|will have to)\s(?:\w+\s)?(?:decline|refuse)\b/,
  /\b(?:i|we)\s(?:\w+\s)?(?:decline|refuse)\b/,
  /\b(?:out|outside)\s(?:of\s)?(?:my|our|the)\s(?:scope|remit|area)\b/,
  /\bbeyond\s(?:my|our|the)\s(?:scope|capabilities|remit)\b/,
  /\bagainst\s(?:my|our|the)\s(?:\w+\s)?(?:policy|policies|guidelines|rules|instructions)\b/,
  /\b(?:only|just)\s(?:able to\s)?(?:help|assist|answer)\b/,
  /\b(?:can|able to)\s(?:only|just)\s(?:help|assist|answer|discuss)\b/,
  /\b(?:request|this|that|dies|anfrage)\b.{0,40}\b(?:not (?:something|possible|allowed|permitted)|nicht (?:möglich|erlaubt|gestattet))\b/,
  /\b(?:muss|müssen)\b.{0,60}\b(?:ablehnen|verweigern)\b/,
  /\blehne\b.{0,60}\bab\b/,
  /\baußerhalb\s(?:meine[rs]?|unsere[rs]?|der|des)\b/,
  /\bgegen\s(?:meine|unsere|die)\s(?:\w+\s)?(?:richtlinien|regeln|vorgaben|anweisungen)\b/,
  /\b(?:kann|darf|können|dürfen)\b.{0,40}\bnur\b.{0,60}\b(?:helfen|beantworten|unterstützen)\b/,
];
const SENTENCE_LIMIT = 600;

/** Whether the sentence turns the request down. */
export function declines(sentence: string): boolean {
  const tokens = wordsOf(sentence.slice(0, SENTENCE_LIMIT)).map((w) => w.toLowerCase().replace("’", "'"));
  const spoken = tokens.join(" ");
  if (SET_PHRASES.some((phrase) => phrase.test(spoken))) return true;
  if (!hasNegation(tokens)) return false;
  const negatedModal = tokens.some((token) => MODAL.has(token));
  if (!negatedModal) return false;
  const singular = tokens.some((t) => t === "i" || t === "i'm" || t === "ich");
  const acts = tokens.some((t) => ACTS.has(t));
  if (singular)
    return acts || /\b(?:can't|cannot|can not|won't|will not|unable|not able|darf|kann|werde)\b/.test(spoken);
  return acts && tokens.some((t) => t === "we" || t === "wir" || t === "we're");
}
