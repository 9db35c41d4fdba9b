import { lexicon, plainWords } from "./words.ts";

const FRIENDLY =
  lexicon(`friendly friendlier friendliest friendliness friend friends warm warmer warmth warmly warmest chatty
  chattier enthusiastic enthusiasm empathetic empathic empathy personable personal personally cheerful cheery kind kinder
  kindly kindness welcoming upbeat conversational casual lively caring sympathetic compassionate encouraging approachable
  playful fun delightful delight charming humour humor heart hug joke jokes sociable heartfelt bubbly relaxed emoji emojis greet greeting smile smiling
  humorous amiable cordial affable hospitable sunny positive joyful exciting excited pleasant
  freundlich freundlicher freundlichen freundliche herzlich herzlicher herzlichen warmherzig locker lockerer persönlich persönlicher begeistert
  begeisterung empathisch einfühlsam nett netter fröhlich gesprächig zugewandt humorvoll sympathisch charmant lebendig
  aufmunternd begrüße begrüßen liebevoll plaudern mitfühlend wärme duze`);
const PLAIN =
  lexicon(`formal formally formality plain plainly neutral neutrally factual factually sober businesslike dry
  impersonal unemotional detached matter-of-fact sachlich sachliche sachlichen sachlicher nüchtern nüchterne nüchternen formell förmlich neutrale`);
/** Nobody asks for these; a prompt that forbids them wants the other tone. */
const COLD = lexicon(
  `cold robotic stiff stiffness distant mechanical boring wooden curt kalt roboterhaft steif distanziert langweilig`,
);

const NEGATORS = new Set(
  `no not never without avoid avoiding refrain neither nor less nicht kein keine keinen keinem keiner nie niemals ohne vermeide
  vermeiden weder weniger than cut drop skip stop statt anstatt cannot instead lass verzichte verzichten`.split(/\s+/),
);
const TURNS = new Set(`but however yet sondern aber jedoch rather vielmehr`.split(/\s+/));
const VERBS =
  lexicon(`be use write sound keep stay speak answer respond reply talk show act sei seien schreibe schreib bleib bleibe
  antworte klinge sprich`);
/** Stems run them together with other words: "informal" with "information", "formell" with "Form". */
const INFORMAL = /\b(?:informal(?:ly)?|informell\w*)\b/i;
/** "Personal data", "what kind of", "the customer's friends": other senses of the words. */
const OTHER_SENSE =
  /\bpersonal(?:ly)?[- ](?:data|information|details|identif\w+|account|records?|opinions?)|\bpersönliche\w* (?:daten|angaben|informationen|meinung\w*)|\b(?:what|which|any|some|this|that|same|every|of a) kind\b|\bkinds? of\b|\bplain[- ]text\b|\bin plain (?:english|german|language|words)\b|\bpositive (?:number|integer|value)s?|\bformal (?:definition|proof|notation)s?|\b(?:not|nicht) (?:only|just|nur)\b|\bfactual(?:ly)? (?:correct|accurate|errors?|mistakes?)/gi;
const REACH = 6;

/** The tone that a sentence asks for; a negated friendly word asks for a plain one, and the other way round. */
export function toneIn(sentence: string): "friendly" | "plain" | undefined {
  let friendly = 0;
  let plain = 0;
  let reach = 0;
  const text = sentence
    .replace(OTHER_SENSE, " ")
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
      const negated = reach > 0;
      reach -= 1;
      const isFriendly = FRIENDLY.has(word) || INFORMAL.test(word);
      const isPlain = PLAIN.has(word) || (negated && COLD.has(word));
      if (!isFriendly && !isPlain) return;
      if (negated) reach = REACH;
      if (isFriendly !== negated) friendly += 1;
      else plain += 1;
    });
  }
  if (
    /\blike (?:a|an|to a) (?:good |old |close |best )?(?:friend|human|neighbou?r|buddy|real person)\b|\bhuman touch\b|\b(?:wie (?:ein(?:e|em|er)?) (?:gute[rnm]? )?freund)/i.test(
      text,
    )
  ) {
    friendly += /\b(?:not|never|don't|nicht)\b/i.test(text) ? 0 : 1;
  }
  if (friendly === plain) return undefined;
  return friendly > plain ? "friendly" : "plain";
}
