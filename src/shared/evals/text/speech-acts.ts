/*
 * How people open a clause that does something to the other (offers, thanks, wishes, sympathy, invitations to ask) instead
 * of stating something, in English and German. What follows the opener is bounded by the caller: no number, no new name,
 * few new words.
 */

const LEAD_IN = "^(?:(?:and|also|so|but|oh|please|just|of course|again|und|aber|bitte|natürlich)[\\s,]+)*";
const ENGLISH = [
  "let (?:me|us) know",
  "feel free",
  "(?:don't|do not|never) hesitate",
  "(?:i|we)(?:'m|'re|'d|'ll| am| are| would| will| can| do| could)?(?: (?:be|so|very|more than|really|totally|completely|truly|fully|always|just|also))*" +
    " (?:happy|glad|delighted|pleased|excited|thrilled|sorry|afraid|hope|wish|understand|imagine|appreciate|realise|realize|help|assist|walk you|guide you|show you|here (?:for|to|if)|get (?:it|how|that)|know how|love (?:that|it|how|your|to))",
  "if you(?:'d|'re)? (?:have|need|want|would|like|get stuck|run into|ever)",
  "thank(?:s| you)",
  "(?:have|enjoy) (?:a|an|your|the)",
  "take care",
  "stay \\w+$",
  "good luck",
  "congrat\\w*",
  "welcome",
  "hop(?:e|ing)",
  "wishing",
  "(?:happy|glad|hello|hi|hey)",
  "here(?:'s| is| are) (?:how|what|the|a|your|some|everything)",
  "(?:what|how) an? \\w+",
];
const GERMAN = [
  "lass(?:en sie|t)? (?:es )?(?:mich|uns)",
  "meld(?:en sie sich|e dich|et euch)",
  "(?:ich|wir) (?:freue|hoffe|wünsche|verstehe|helfe|unterstütze)n?",
  "(?:ich|wir) (?:bin|sind|stehe|stehen) (?:gerne?|immer|jederzeit|für)",
  "(?:es |das )?tut (?:mir|uns) (?:(?:sehr|wirklich|aufrichtig|furchtbar) )*leid",
  "gerne?",
  "bei (?:weiteren |allen )?(?:fragen|rückfragen)",
  "(?:wenn|falls|sollten?|solltest) (?:sie|du|ihr) (?:noch |weitere |mehr )?(?:fragen|hilfe|etwas)",
  "(?:vielen|herzlichen|besten) dank",
  "danke",
  "(?:wie )?(?:schön|toll|super|prima|klasse)",
  "viel (?:erfolg|spaß|glück|freude)",
  "(?:einen|ein) (?:schönen?|tollen?|wunderschönen?|angenehmen?)",
  "alles gute",
  "hier (?:ist|sind|finden|findest) (?:die|der|das|sie|du|eine?|alles)",
];
const OPENER = new RegExp(`${LEAD_IN}(?:${[...ENGLISH, ...GERMAN].join("|")})(?![\\p{L}])`, "iu");

/** Whether the clause opens as a speech act. */
export function isSpeechAct(clause: string): boolean {
  return OPENER.test(clause.slice(0, 200).replaceAll("’", "'").trimStart());
}
