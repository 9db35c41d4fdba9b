import { type ContentToken, stemKeys } from "./tokens.ts";

/*
 * The words of conversation itself, English and German: what people say to open, close, thank, offer, hedge and point,
 * whatever the subject. A sentence made of these alone states nothing about the world.
 */

const COURTESY = `hi hello hey dear welcome greetings thanks thank thankful grateful appreciate sorry apologize apologise
apologies apology regret unfortunately afraid glad happy happily pleased pleasure delighted excited exciting thrilled love
lovely hope wish great good awesome wonderful fantastic amazing excellent perfect brilliant nice cool super cheers luck
enjoy smile fun friend friends friendly sure certainly absolutely definitely gladly feel reach hesitate help helpful assist
assistance bye goodbye congratulations worry worries rest assured honored honest honestly congrats frustrating frustration beautiful delightful
hallo moin servus willkommen danke dank dankbar entschuldigung entschuldigen entschuldige sorry leider bedaure bedauern
freue freuen freut freude froh hoffe hoffen wünsche wünschen gern toll super prima klasse wunderbar großartig
fantastisch perfekt schön schönen spaß glück viel erfolg liebe lieber herzlich herzlichen grüße gruß freundlich
freundlichen helfen hilft hilfe behilflich unterstützen unterstützung selbstverständlich gerne tschüss sorge sorgen zögern`;

const POINTING = `please question questions answer answers answered ask asked asking asks know known let tell said say
understand curious interest interested idea thought think believe guess suppose seem seems appear course possibly probably
likely generally typically information info informations detail details documentation docs document documents context
source sources article articles manual text passage excerpt knowledge provided provide available summary short brief
overview here's below following follow above look looking looked find found check see need needs want anything else
further additional day week weekend morning afternoon evening moment time team support contact chat response request
topic matter issue step steps clear clarify explain explained describe example note important good news quick quickly
simple easy easily way able ready depends depend right place part community journey experience satisfaction priority top
sorted sort tricky breeze snap dive jump start started begin hang ping shout drop line message crossed wow yay kudos hooray
totally completely fully big little bit smooth smoothly stuff folks buddy pal mate people everybody today tonight tomorrow
anytime minute hear hearing heard meet value valued bright magic joy warm warmest regards hug hugs pop stop patience patient
feedback chance opportunity treat try trying worth remember mind walk basics gist bottom key main point points story truth
fact facts actual curiosity customer customers user users call look forward hands doing going like night take care stay safe oh ah woohoo true correct exactly indeed
frage fragen antwort antworten beantworten beantwortet wissen weiß wisse sagen gesagt sag verstehe verstehen interesse
gedanke denke glaube vermutlich wahrscheinlich möglicherweise vielleicht grundsätzlich information informationen angabe
angaben detail details dokumentation doku dokument dokumente unterlagen kontext quelle quellen artikel handbuch text
abschnitt zusammenfassung kurz überblick folgende folgenden folgendes unten schauen schau geschaut finde finden gefunden
sehen benötigen benötigst brauchen brauchst möchten möchte möchtest wochenende tag tage morgen nachmittag abend moment
zeit team support kontakt kontaktieren wenden anfrage thema anliegen schritt schritte klar erklären erkläre beschreiben
beispiel hinweis wichtig nachricht nachrichten schnell leicht weg bereit verfügung stehe stehen hängt melden melde
meldest weiterhelfen richtig richtigen ort stelle reise gemeinschaft geduld verständnis rückmeldung jederzeit heute los
starten loslegen minute logisch kinderspiel kopf hoch daumen drücke kümmern kümmere gemeinsam lösen lösung kunde kunden
wahr stimmt korrekt tatsache tatsachen spannend spannende herausforderung schauen erreichen erreichbar bescheid`;

let known: { courtesy: Set<string>; conversation: Set<string> } | undefined;

/** Stemmed at first use: the command line starts without it. */
function words(): { courtesy: Set<string>; conversation: Set<string> } {
  if (known) return known;
  const courtesy = new Set(COURTESY.split(/\s+/).flatMap(stemKeys));
  known = { courtesy, conversation: new Set([...courtesy, ...POINTING.split(/\s+/).flatMap(stemKeys)]) };
  return known;
}
/** Units by their tokens, words by their meaning in talk: "have a nice day", "einen schönen Tag". */
const SPOKEN_UNITS = new Set(["u:day", "u:week"]);

/** Whether the token belongs to conversation, whatever the subject. */
export function isConversational(token: ContentToken): boolean {
  return token.keys.some((key) => words().conversation.has(key) || SPOKEN_UNITS.has(key));
}

/** Whether the token greets, thanks, apologises, offers or cheers. */
export function isCourtesy(token: ContentToken): boolean {
  return token.keys.some((key) => words().courtesy.has(key));
}
