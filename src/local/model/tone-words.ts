import { lexicon } from "./words.ts";

export const FRIENDLY =
  lexicon(`friendly friendlier friendliest friendliness friend friends warm warmer warmth warmly warmest chatty
  chattier enthusiastic enthusiasm empathetic empathic empathy personable personal personally cheerful cheery kind kinder
  kindly kindness welcoming upbeat conversational casual lively caring sympathetic compassionate encouraging approachable
  playful fun delightful delight charming humour humor heart hug joke jokes sociable heartfelt bubbly relaxed emoji emojis greet greeting smile smiling
  humorous amiable cordial affable hospitable sunny positive joyful exciting excited pleasant buddy buddies pal pals mate mates
  chit-chat chitchat chit banter smalltalk slang smileys wink winks energetic genial jovial jolly gregarious
  exclamation compliment compliments cosy cozy hearty affection affectionate lighthearted light-hearted easygoing easy-going
  laid-back sparkling vibes cheer gentle sweet witty wit funny funnier cheeky quirky folksy neighbourly neighborly amicable congenial
  good-natured nice nicer nicely lovely loving love thrilled entertain cuddly cuddle praise pamper entertaining entertainer entertainment amuse amusing effusive gushing exuberant vivacious animated passionate
  freundlich freundlicher freundlichen freundliche herzlich herzlicher herzlichen warmherzig locker lockerer persönlich persönlicher begeistert
  begeisterung empathisch einfühlsam nett netter fröhlich gesprächig zugewandt humorvoll sympathisch charmant lebendig
  aufmunternd begrüße begrüßen liebevoll plaudern plaudere plauderton mitfühlend wärme duze duzen freunde freunden kumpel kumpelhaft
  gesellig witzig scherz scherze witze witz gemütlich frech gutgelaunt gefühlvoll offenherzig euphorisch lebhaft leidenschaftlich ungezwungen
  freundschaftlich freundschaftlichen schwätzchen schwatz schwatzen quatschen quatschig sonnenschein sonnig glücklich heiter spaßig spaß charme lächeln smalltalk`);
export const PLAIN =
  lexicon(`formal formally formality plain plainly neutral neutrally factual factually sober businesslike dry
  impersonal unemotional detached matter-of-fact bureaucratic sachlich sachliche sachlichen sachlicher nüchtern nüchterne nüchternen formell förmlich neutrale`);
/** Nobody asks for these; a prompt that forbids them wants the other tone. */
export const COLD = lexicon(
  `corporate cold robotic stiff stiffness distant mechanical boring wooden curt kalt roboterhaft steif distanziert langweilig`,
);

export const NEGATORS = new Set(
  `no not never without avoid avoiding refrain neither nor less nicht kein keine keinen keinem keiner nie niemals ohne vermeide
  vermeiden weder weniger than cut drop skip stop statt anstatt cannot instead lass verzichte verzichten`.split(/\s+/),
);
export const TURNS = new Set(`but however yet sondern aber jedoch rather vielmehr`.split(/\s+/));
export const VERBS =
  lexicon(`be use write sound keep stay speak answer respond reply talk show act sei seien schreibe schreib bleib bleibe
  antworte klinge sprich`);
/** Stems run them together with other words: "informal" with "information", "formell" with "Form". */
export const INFORMAL = /\b(?:informal(?:ly)?|informell\w*)\b/i;
/** "Personal data", "what kind of", "the customer's friends": other senses of the words. */
export const OTHER_SENSE =
  /\bpersonal(?:ly)?[- ](?:data|information|details|identif\w+|account|records?|opinions?)|\bpersönliche\w* (?:daten|angaben|informationen|meinung\w*)|\b(?:what|which|any|some|this|that|same|every|of a) kind\b|\bkinds? of\b|\bplain[- ]text\b|\bin plain (?:english|german|language|words)\b|\bpositive (?:number|integer|value)s?|\bformal (?:definition|proof|notation)s?|\b(?:not|nicht) (?:only|just|nur)\b|\bfactual(?:ly)? (?:correct|accurate|errors?|mistakes?)/gi;
export const FRIENDLY_PHRASE =
  /\ba (?:little |good |nice |bit of )?chat\b|\bthank(?:s|ing)? (?:them|the customer|the user|customers|users|everyone|people|him|her)\b|\b(?:like|as(?: if)?(?: you were)?(?: to)?|wie(?: mit| unter| zu)?|als) (?:(?:a|an|to a|to an|their|the customer['’]s|your|our|ein|eine|einem|einer|einen) )?(?:(?:good|old|close|best|dear|real|gute[rnm]?|alte[rnm]?|beste[rnm]?|liebe[rnm]?) ){0,2}(?:friends?|human(?: being)?s?|neighbou?rs?|person|freund\w*|mensch\w*|nachbar\w*)\b|\bhuman touch\b|\bbe human\b|\bsmall[- ]talk\b|\bover (?:a )?(?:cup of )?(?:coffee|tea|beer)\b|\bbei(?:m| einem| einer) (?:kaffee|bier|tasse \w+|tee)\b|\bgute[rn]? laune\b|\bgood (?:mood|spirits|cheer|vibes)\b|\b(?:full of|lots of|plenty of|tons of|with|your|some) (?:\w+ )?energy\b|\b(?:feel|fühl\w*) (?:sich |dich |really |truly )?(?:special|welcome|at home|valued|cared for|wohl|willkommen|zu hause)\b|\bwish(?:es|ing)? (?:them|the customer|customers|everyone|people|him|her)\b|\bwünsche? (?:ihnen|allen|dem kunden|einen|eine)\b|\bhave (?:a )?(?:real |little |proper )?(?:conversation|chat|fun)\b|\bkeep (?:the|a) (?:chat|conversation) going\b|\blet your personality\b|\bloosen up\b|\b(?:talkative|inviting|thoughtful|considerate)\b|\b(?:sound|be|are|write|a|so|very|really) (?:\w+ )?happy\b/gi;
export const COLD_PHRASE =
  /\b(?:like|as|wie) (?:a|an|ein|eine) (?:\w+ )?(?:manual|machine|robot|bot|chatbot|form letter|lawyer|clerk|bureaucrat|textbook|encyclop\w+|search engine|maschine|roboter|beamter|formular|handbuch)\b/gi;
export const DENIED_AFTER =
  /^(?:is|are|was|were|ist|sind) (?:not|never|nicht|un\w+|forbidden|banned|out|over|verboten|tabu)\b/;
