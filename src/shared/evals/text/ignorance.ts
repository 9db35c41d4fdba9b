import { hasNegation, negatedNear } from "./negation.ts";
import { wordsOf } from "./tokens.ts";

/*
 * Statements that something is not known, not found or not in the sources. They are told by their form: a negation, a
 * word of knowing or stating, and a subject that can know (the speaker) or state (a source). "The plan does not include
 * dental care" has the form of a fact and stays one.
 */

function words(list: string): Set<string> {
  return new Set(list.split(/\s+/));
}

const SPEAKER = words("i i'm i've i'd we we're we've me us ich wir mir uns");
const SOURCE = words(
  `documentation docs doc document documents context source sources article articles manual text texts passage passages
  excerpt excerpts knowledge handbook guide guides
  faq page pages material materials information dokumentation doku dokument dokumente dokumenten unterlagen
  kontext quelle quellen artikel handbuch textes abschnitt abschnitte auszug auszügen material materialien informationen
  wissensdatenbank`,
);
const KNOWING = words(
  `know knows find found information info detail details data answer answers sure certain certainty aware confirm
  determine locate verify tell say see weiß wissen kenne finde finden gefunden information informationen angaben angabe
  auskunft antwort beantworten sagen bestätigen sicher vorliegen bekannt`,
);
const STATING = words(
  `contain contains contained include includes included mention mentions mentioned say says said state states stated
  specify specifies specified cover covers covered describe describes described provide provides provided document
  documented list lists listed address addresses addressed discuss discusses discussed explain explains explained answer
  answers give gives given tell tells find found information anything enthält enthalten enthaltene erwähnt erwähnen nennt
  genannt steht stehen sagt angegeben beschrieben beschreibt dokumentiert aufgeführt behandelt hervorgeht hervor entnehmen
  beantwortet beantworten informationen angaben finden`,
);
/** With a negation these say "not in the sources" whatever the subject. */
const STATED = words(
  "mentioned specified stated documented described erwähnt angegeben dokumentiert beschrieben aufgeführt bekannt",
);
const UNKNOWN = words("unknown unclear unbekannt unklar");
const UNSURE = words("unsure uncertain unsicher");
const NO_KNOWLEDGE =
  /\b(?:no|any|keine?|keinerlei)\s(?:\w+\s){0,2}?(?:information|info|details?|data|answer|mention|idea|informationen|angaben|angabe|auskunft|antwort|ahnung|hinweise?)\b/;

/** How far, in words, a negation reaches: "I don't currently have any details". */
const REACH = 5;
const STATING_REACH = 3;

/** Whether the clause says that something is not known or not in the sources. */
export function statesIgnorance(clause: string): boolean {
  const tokens = wordsOf(clause).map((w) => w.toLowerCase().replace("’", "'"));
  const bySpeaker = tokens.some((t) => SPEAKER.has(t));
  if (tokens.length <= 12 && tokens.some((t) => UNKNOWN.has(t) || (bySpeaker && UNSURE.has(t)))) return true;
  if (!hasNegation(tokens)) return false;
  if (negatedNear(tokens, (t) => STATED.has(t), STATING_REACH)) return true;
  if (NO_KNOWLEDGE.test(tokens.join(" "))) return true;
  // The source and the act of stating must be two words: "information" alone is in both lists.
  const sources = new Set(tokens.filter((t) => SOURCE.has(t)));
  if (sources.size > 0 && negatedNear(tokens, (t) => STATING.has(t) && !sources.has(t), STATING_REACH)) return true;
  return bySpeaker && negatedNear(tokens, (t) => KNOWING.has(t), REACH) && !isCompanyAct(tokens);
}

/** "We do not provide refunds" tells of a policy; "I" and "we" that know, find or answer tell of knowledge. */
function isCompanyAct(tokens: readonly string[]): boolean {
  return tokens.some((t) => t === "offer" || t === "sell" || t === "accept" || t === "store" || t === "charge");
}
