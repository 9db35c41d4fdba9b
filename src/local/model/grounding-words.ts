import { lexicon } from "./words.ts";

/** What an answer can be tied to. */
export const SOURCES =
  lexicon(`documentation documentations docs documents document context passage passages source sources text texts article articles
  excerpt excerpts material materials manual handbook reference references snippets page pages faq facts knowledge-base extract
  extracts paragraph paragraphs evidence
  dokumentation doku dokument dokumente dokumenten kontext quelle quellen artikel textstellen abschnitt abschnitte abschnitten
  auszug auszüge auszügen unterlagen handbuch textes fakten absatz absätze textauszüge belege`);
export const PROVIDED =
  /\b(?:provided|given|supplied|above|below|retrieved|handed|documented|what(?:'s| is| you are) (?:written|given|stated|shown|there)|written (?:there|here)|(?:was|wie) (?:\w+ )?(?:unten|oben|hier|dort|da) steht|(?:from|on) (?:it|them|this|these|that|there|here)|daraus|darauf|vorliegende\w*|gegebene\w*|bereitgestellte\w*|obige\w*|folgende\w*|knowledge base|wissensdatenbank)\b/i;

/** Saying what no source holds. */
export const INVENTING =
  lexicon(`invent inventing invented invention inventions fabricate fabricating fabricated fabrication guess guessing guesses guesswork
  speculate speculating speculation hallucinate hallucinating hallucination hallucinations assume assumption assumptions
  embellish embellishing embellishment embroider embroidering improvise improvising extrapolate conjecture confabulate ungrounded unsupported
  unfounded baseless unverified unsourced undocumented
  erfinde erfinden erfindest erfundene erfundenes erfindungen spekuliere spekulieren spekulationen ausdenken halluziniere
  halluzinieren vermute vermuten vermutungen hinzudichten mutmaße mutmaßen mutmaßungen improvisiere improvisieren unbelegt unbelegte
  ausschmücken herbeifantasieren fantasieren fabulieren`);
export const INVENTING_PHRASE =
  /\b(?:(?:make|makes|making) (?:\w+ ){0,3}up\b(?! (?:their|your|his|her) mind)|made[- ]up|(?:fill|filling|plug)(?: in)? (?:\w+ ){0,2}(?:gaps?|blanks|holes)|lücken (?:\w+ ){0,4}(?:füll\w*|schließ\w*|auf)|füll\w* (?:\w+ ){0,2}lücken|add(?:ing)? (?:\w+ ){0,3}(?:facts?|claims?|details?|information|anything|things|stuff|numbers|own)\b|rate (?:nicht|nie|niemals)|(?:nicht|nie|niemals|ohne zu|nichts) raten|denk\w* (?:dir |sich )?(?:\w+ ){0,3}aus\b|dazu ?(?:erfind|dicht)\w*|hinzu ?(?:füg|erfind)\w*|dichte\w* nichts)/i;

export const NEGATION = new Set(
  `unacceptable prohibited banned tabu taboo no not never nothing without avoid avoiding avoided refrain none neither nor nicht nichts kein keine
  keinen keinem keiner keines keinerlei nie niemals ohne vermeide vermeiden weder cannot forbidden verboten unterlasse omit omitting skip
  verzichte rather instead statt nowhere off-limits refuse refrains decline resist stop nirgends hardly zero lehne unzulässig unerwünscht wrong mistake
  falsch fehler dangerous unwelcome`.split(/\s+/),
);
export const PERMISSION = new Set(
  `may can could free freely fine okay ok allowed welcome encouraged please darfst dürfen kannst gern gerne ruhig erlaubt erwünscht willkommen feel`.split(
    /\s+/,
  ),
);
/** "Do not hesitate to" allows. */
export const RELUCTANCE = new Set(
  `afraid hesitate shy scared fear reluctant worry worried scheue scheu zögere angst`.split(/\s+/),
);

export const RESTRICTORS =
  lexicon(`only solely exclusively strictly purely entirely nothing-but alone nur ausschließlich allein lediglich einzig einzige
  strikt single sole`);
export const RESTRICTING =
  /\b(?:(?:stick|hew|cling|hold|keep)(?:s|ing)?(?: \w+)?(?: on)? (?:to|with|within)|limit(?:ed|ing)?\b.{0,25}\bto|restrict(?:ed|ing)?\b.{0,40}\bto|confin\w+\b.{0,25}\bto|(?:stay|remain)(?:s|ing)?(?: \w+)? (?:within|with|true|close|faithful|inside|on|in|loyal)|faithful to|true to|loyal to|ground(?:ed|ing)?\b.{0,30}\b(?:in|on)|anchor\w*\b.{0,30}\b(?:in|to)|adher\w+ to|halt\w*\b.{0,20}\ban|bleib\w*\b.{0,20}\b(?:bei|an|in|innerhalb)|beschränk\w*|stütz\w*|begrenz\w*|nothing (?:but|else)|nichts (?:als|anderes)|sonst nichts|all (?:that )?you (?:have|know|may|can)|is the law|ist gesetz|within|(?:ends?|stops?|enden?|endet) (?:where|with|wo|mit|bei)|(?:check|verify|compar|prüf|gleich)\w*\b.{0,50}\b(?:against|with|anhand|gegen|mit)|bound by|bound to|tied to)\b/i;
export const QUANTIFIED =
  /\b(?:facts?|information|knowledge|answers?|claims?|details?|fakten|informationen|angaben|wissen|aussagen) (?:all |always |alle |immer )?(?:come|comes|stem|stems|kommen|stammen|kommt|stammt)\b|\b(?:every|each|all|any|jede[rsnm]?|alle|sämtliche)\s+(?:(?:single|one|of|your|the|deine[rn]?|einzelne[rsn]?|\w+)\s+){0,2}(?:claims?|statements?|sentences?|facts?|details?|words?|numbers?|things?|answers?|information|assertions?|aussagen?|sätze|satz|angaben?|fakten|antwort(?:en)?|zahlen?|informationen|behauptung(?:en)?)\b|\b(?:everything|alles),? (?:that )?(?:you|was|du|sie|in)\b/i;
export const EXCLUDING =
  /\b(?:outside|beyond|other than|except|besides|apart from|anything (?:else|more)|außer|außerhalb|hinaus\w*|darüber|anderswo|elsewhere)\b/i;
export const OWN_KNOWLEDGE =
  /\b(?:own|general|prior|background|outside|world|external|eigene[sn]?|allgemeine[sn]?|allgemein)[- ]?(?:knowledge|wissen|experience|erfahrung(?:en)?|world knowledge|imagination|expertise|judge?ment|ideas|ideen)\b|\ballgemeinwissen\w*\b|\bbe (?:creative|inventive|imaginative)\b|\b(?:creativity|imagination|fantasie|kreativität|knowledge (?:from|of) (?:outside|elsewhere|your)|your memory|from memory|your training|training data|in training|gedächtnis)\b|\bsei (?:kreativ|erfinderisch)\b/i;
export const BEYOND =
  /\b(?:go|going|goes|venture|reach|look|gehe?|geh)\b.{0,20}\b(?:beyond|past|outside|über|hinaus)\b|\b(?:go|going) off\b|\b(?:stray|veer|roam|wander|drift|depart|deviate|diverge|weich\w*|abweich\w*|abschweif\w*)\b|\b(?:more|mehr)\b.{0,25}\b(?:than|als)\b|\b(?:just|merely|only|nur|bloß|lediglich) (?:a|an|as a|as an|ein|eine|als) (?:\w+ )?(?:start\w*|guide|guideline|hint|inspiration|suggestion|springboard|ausgangspunkt|anhaltspunkt|anregung|vorschlag)\b/i;
/** Takes a tie to the sources back. */
export const RELEASE =
  /\b(?:no need|not need|needn't|not have|not necessary|not required|no obligation|nobody (?:minds|cares)|brauchst? .{0,30}nicht|musst? .{0,40}nicht|müssen .{0,40}nicht|nicht nötig|not (?:\w+ ){0,2}(?:limited|restricted|confined|bound|tied|constrained|chained|held back|hold you back|stop you|limit you)|not let\b|lass\w* dich .{0,40}nicht|nicht nur|nicht bloß|not only|not just|not merely|not simply|not worry|ignore|disregard|forget|(?<!not )(?:fine|ok|okay|alright|acceptable) (?:if|when|to|that)\b.{0,50}\b(?:not|beyond|outside|more|add)|feel free not|free to (?:leave|go|ignore|depart|stray)|nicht auf .{0,40}(?:beschränk|begrenz)\w*|nicht an .{0,40}(?:gebunden|halten))\b/i;
export const RELEASE_DENIED =
  /\b(?:not|never|refuse|decline|nicht|nie|niemals)\b(?: \w+){0,3} (?:ignore|disregard|forget|ignoriere|vergiss)\b|\b(?:ignore|disregard)\w*\b.{0,30}\b(?:requests?|attempts?|anyone|questions?)\b|\b(?:requests?|attempts?)\b.{0,20}\b(?:ignore|disregard|forget)\b/i;
/** "Never stick to the documentation only." */
export const UNRESTRICTING =
  /\b(?:not|never|nicht|nie|niemals|stop|rather than|instead of|statt)\b.{0,14}\b(?:stick\w*|limit\w*|restrict\w*|confin\w*|stay\w*|keep\w*|adher\w*|remain\w*|cling\w*|hold\w*|halt\w*|bleib\w*|beschränk\w*|rely\w*|depend\w*)\b/i;
/** Owns up to not knowing. */
export const ADMITTING =
  /\b(?:say|says|admit|tell|reply|respond|answer|state|acknowledge|explain|confess|be (?:\w+ )?honest|let \w+ know|sag\w*|gib|antworte|teile|erkläre|räume|gesteh\w*)\b.{0,70}(?:\b(?:not|no|cannot|un(?:known|sure|able|clear))\b.{0,30}\b(?:know|find|found|sure|in|cover\w*|answer\w*|information|available|there|help|documented|idea|tell|clue)\b|\b(?:so|as much|unknown|unsure)\b\W*(?:$|[,.;]|and|plainly|openly|honestly|clearly|politely|instead|kindly|too|gently)|\bnicht\b.{0,30}\b(?:weißt|weiß|wissen|steht|enthalten|bekannt|beantworten|findest|finden)\b|\b(?:das|dies|es)\b(?:\s+(?:offen|ehrlich|bitte|klar|so|auch))*\s*(?:$|[,.;]|zu))/i;
export const CONDITION =
  /^(?:steht|findest|findet|finden|fehlt|fehlen|weißt|gibt|should|unsure|then|dann|not|anything|whatever|was)\b|\b(?:if|when|where|whenever|unless|in case|otherwise|wenn|falls|sofern|sonst|ansonsten|andernfalls|in doubt|im zweifel)\b/i;
/** "What it does not say, you do not say"; "if it is not there, do not answer". */
export const SILENT =
  /\b(?:what(?:ever)?|anything|if|where|when|was|wenn|falls|wo)\b.{0,50}\b(?:not|nothing|no|silent|nicht|nichts|kein\w*|fehlt)\b.{0,50}\b(?:you (?:do |can |must |may |should |will )?not|(?:do|try|attempt|must|should|may) not\b.{0,20}\b(?:say|answer|state|know|tell|mention|claim|reply|respond)|(?:weißt|sagst|kennst|behauptest|erwähnst) du|(?:say|sag\w*|erwähn\w*) (?:nothing|nichts|nicht)|leave|lass)|\bleave\w* .{0,30}\b(?:open|unanswered)\b|\b(?:refer|send|point|direct|forward|hand|verweis)\w*\b.{0,40}\b(?:if|when|where|wenn|falls)\b.{0,40}\b(?:not|no|silent|nothing|nicht|nichts)\b/i;
/** "Unless it is in the documentation, do not say it": ties only where it speaks of sources. */
export const UNLESS = /\bunless\b.{0,60}\b(?:not|never|nothing|silent)\b|\b(?:not|never|nothing)\b.{0,60}\bunless\b/i;
