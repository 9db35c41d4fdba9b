import { lexicon, plainWords } from "./words.ts";

const SOURCES =
  lexicon(`documentation documentations docs documents document context passage passages source sources text texts article articles
  excerpt excerpts material materials manual handbook reference references snippets page pages faq facts knowledge-base
  dokumentation doku dokument dokumente dokumenten kontext quelle quellen artikel textstellen abschnitt abschnitte abschnitten
  auszug auszüge auszügen unterlagen handbuch textes fakten`);
const PROVIDED =
  /\b(?:provided|given|supplied|above|below|retrieved|what(?:'s| is| you are) (?:written|given|stated|shown|there)|written (?:there|here)|vorliegende\w*|gegebene\w*|bereitgestellte\w*|obige\w*|folgende\w*)\b/i;
const INVENTING =
  lexicon(`invent inventing invented invention inventions fabricate fabricating fabricated fabrication guess guessing guesses
  speculate speculating speculation hallucinate hallucinating hallucination hallucinations assume assumption assumptions
  embellish embellishing improvise improvising extrapolate conjecture confabulate
  erfinde erfinden erfinder erfindest erfundene erfundenes erfindungen spekuliere spekulieren spekulationen ausdenken halluziniere
  halluzinieren vermute vermuten vermutungen hinzudichten mutmaße mutmaßen mutmaßungen`);
const INVENTING_PHRASE =
  /\b(?:mak(?:e|ing) (?:\w+ ){0,2}up|made[- ]up|add(?:ing)? (?:\w+ ){0,2}(?:facts?|claims?|details?|information|anything|numbers|own)|rate (?:nicht|nie|niemals)|(?:nicht|nie|niemals|ohne zu|nichts) raten|denk\w* (?:dir |sich )?(?:nie |niemals )?nichts (?:\w+ )?aus|dazu ?erfind\w*|hinzu ?(?:füg|erfind)\w*|dichte\w* nichts)/i;
const NEGATION = new Set(
  `unacceptable prohibited banned tabu no not never nothing without avoid avoiding refrain none neither nor nicht nichts kein keine keinen keinem keinerlei nie niemals
  ohne vermeide vermeiden weder cannot forbidden verboten unterlasse omit omitting skip verzichte rather instead statt`.split(
    /\s+/,
  ),
);
const RESTRICTORS =
  lexicon(`only solely exclusively strictly purely entirely nothing-but alone nur ausschließlich allein lediglich einzig
  strikt`);
const RESTRICTING =
  /\b(?:stick(?:s|ing)?(?: closely| strictly)? (?:to|with)|limit(?:ed|ing)?\b.{0,25}\bto|restrict(?:ed|ing)?\b.{0,25}\bto|confin\w+\b.{0,25}\bto|stay(?:s|ing)?(?: \w+)? (?:within|with|true|close|faithful|inside)|keep(?:s|ing)?(?: \w+)? (?:to|within)|faithful to|true to|ground(?:ed|ing)?\b.{0,30}\b(?:in|on)|adher\w+ to|remain\w* (?:within|with|true|faithful)|halt\w*\b.{0,20}\ban|bleib\w*\b.{0,20}\b(?:bei|an|in|innerhalb)|beschränk\w*|stütz\w*|begrenz\w*|nothing (?:but|else)|nichts (?:als|anderes))\b/i;
const QUANTIFIED =
  /\b(?:every|each|all|any|jede[rsnm]?|alle|sämtliche)\s+(?:\w+ )?(?:claims?|statements?|sentences?|facts?|details?|words?|numbers?|things?|answers?|things|information|assertions?|aussagen?|sätze|satz|angaben?|fakten|antwort(?:en)?|zahlen?|informationen)\b|\b(?:everything|alles),? (?:that )?(?:you|was|du|sie|in)\b/i;
const EXCLUDING =
  /\b(?:outside|beyond|other than|except|besides|apart from|anything (?:else|more)|außer|außerhalb|hinaus\w*|darüber)\b/i;
const OWN_KNOWLEDGE =
  /\b(?:own|general|prior|background|outside|world|external|eigene[sn]?|allgemeine[sn]?|allgemein)[- ]?(?:knowledge|wissen|experience|erfahrung(?:en)?|world knowledge|imagination|expertise|judge?ment)\b|\ballgemeinwissen\w*\b|\bbe (?:creative|inventive|imaginative)\b|\bsei (?:kreativ|erfinderisch)\b/i;
const BEYOND = /\b(?:go|going|venture|reach|look|gehe?|geh)\b.{0,20}\b(?:beyond|past|outside|über|hinaus)\b/i;
const RELEASE =
  /\b(?:no need|not need|needn't|not have|not necessary|not required|not limited|not restricted|not confined|no obligation|brauchst? .{0,30}nicht|musst? .{0,40}nicht|müssen .{0,40}nicht|nicht nötig|nicht nur|not only|not just|not be limited|not be restricted|don't worry about|ignore|forget|feel free not|free to (?:leave|go|ignore|depart|guess|invent|make|add|speculate|improvise)|nicht auf .{0,40}(?:beschränk|begrenz)\w*)\b/i;
const ADMITTING =
  /\b(?:say|says|admit|tell|reply|respond|answer|state|acknowledge|explain|be honest|let \w+ know|sag\w*|gib|antworte|teile|erkläre|räume)\b.{0,70}(?:\b(?:not|no|cannot|un(?:known|sure|able))\b.{0,30}\b(?:know|find|found|sure|in|cover\w*|answer\w*|information|available|there|help|documented|idea)\b|\b(?:so|as much|unknown|unsure)\b\W*(?:$|[,.;]|and|plainly|openly|honestly|clearly|politely|instead)|\bnicht\b.{0,30}\b(?:weißt|weiß|wissen|steht|enthalten|bekannt|beantworten|findest|finden)\b|\b(?:das|dies|es)\b(?:\s+(?:offen|ehrlich|bitte|klar|so))*\s*(?:$|[,.;]|zu))/i;
const CONDITION =
  /^(?:steht|findest|findet|finden|fehlt|weißt|should|unsure)\b|\b(?:if|when|where|whenever|unless|in case|otherwise|wenn|falls|sofern|sonst|ansonsten|andernfalls)\b/i;

/** Whether a sentence ties the answer to its sources, or sets it free; undefined: it says nothing of that. */
export function groundingIn(sentence: string): "strict" | "loose" | undefined {
  const words = plainWords(sentence);
  const text = words.join(" ");
  const negations = words.filter((word) => NEGATION.has(word)).length;
  const source =
    words.some((word) => SOURCES.has(word)) || PROVIDED.test(text) || /knowledge base|wissensdatenbank/.test(text);
  const inventing = words.some((word) => INVENTING.has(word)) || INVENTING_PHRASE.test(text);
  const restricting = words.some((word) => RESTRICTORS.has(word)) || RESTRICTING.test(text);
  if (RELEASE.test(text) && (source || inventing)) return "loose";
  if (CONDITION.test(text) && ADMITTING.test(text)) return "strict";
  if (OWN_KNOWLEDGE.test(text)) return negations > 0 || (restricting && source) ? "strict" : "loose";
  if (inventing && !/\bmade up of\b/.test(text)) {
    if (negations > 0) return "strict";
    return /\b(?:may|can|could|free|please|allowed|darfst|dürfen|kannst|gerne?)\b/.test(text) ? "loose" : undefined;
  }
  if (!source) return undefined;
  if (BEYOND.test(text)) return negations > 0 ? "strict" : "loose";
  if (negations > 0 && EXCLUDING.test(text)) return "strict";
  if (negations > 1 || (negations > 0 && /\b(?:leave|lass\w*)\b.{0,20}\b(?:out|weg|aus)\b/.test(text))) return "strict";
  if (
    RESTRICTING.test(text) &&
    negations > 0 &&
    /\b(?:not|never|nicht|nie)\b.{0,12}\b(?:stick|limit|restrict|confine|stay|keep|adhere|remain|halt\w*|bleib\w*|beschränk\w*)/.test(
      text,
    )
  ) {
    return "loose";
  }
  if (restricting || QUANTIFIED.test(text)) return "strict";
  return /\b(?:must|muss|müssen)\b.{0,40}\b(?:come|stem|follow|backed|supported|found|appear|stammen|belegt|stehen|gedeckt)\b/.test(
    text,
  )
    ? "strict"
    : undefined;
}
