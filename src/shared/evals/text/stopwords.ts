/** Words that carry grammar and no content, in English and German, lower case. Negations are among them; see negation.ts. */

const ENGLISH = `a about above across after again against all almost along already also although always am among an and
any anyone anything are around as at away back be became because become been before being below between both but by came
can cannot come could did do does doing done down during each either else ever every everyone everything few for from
further get gets getting go goes going got had has have having he her here hers herself him himself his how however i if
in into is it its itself just kind lot made make makes many may maybe me might mine more most much must my myself near
neither never no nobody none nor not nothing now of off often on once one only onto or other others our ours ourselves
out over own per perhaps put quite rather really same she should since so some someone something sometimes soon still
such take than that the their theirs them themselves then there therefore these they thing things this those though
through thus to together too toward towards under until up upon us use used uses using very via was we well were what
whatever when where whereas whether which while who whom whose why will with within without would yes yet you your yours
yourself yourselves don't doesn't didn't isn't aren't wasn't weren't won't wouldn't can't couldn't shouldn't haven't
hasn't hadn't mustn't needn't i'm i'll i'd i've you're you'll you'd you've we're we'll we'd we've they're they'll
they've he's she's it's that's there's here's what's let's who's`;

const GERMAN = `ab aber alle allem allen aller alles als also am an andere anderem anderen anderer anderes auch auf aus
außer außerdem bei beide beiden beim bereits bevor bin bis bist bitte bloß bzw da dabei dadurch dafür dagegen daher dahin
damit danach daneben dann daran darauf daraus darf darfst darin darüber darum darunter das dass davon davor dazu dein
deine deinem deinen deiner dem den denen denn dennoch der deren derer des deshalb dessen deswegen dich die dies diese
diesem diesen dieser dieses dir direkt doch dort du durch dürfen eben ein eine einem einen einer eines einfach einige
einigen einiger einiges einmal er erst es etwa etwas euch euer eure für ganz gar gegen genau gern gerne gibt ging habe
haben habt hast hat hatte hatten her hier hierbei hierfür hin hinter ich ihm ihn ihnen ihr ihre ihrem ihren ihrer ihres im
immer in indem innerhalb ins irgend ist ja je jede jedem jeden jeder jedes jedoch jetzt kann kannst kein keine keinem
keinen keiner keines können könnt könnte könnten lassen lässt macht machen mal man manche mehr mein meine meinem meinen
meiner mich mir mit muss musst müssen müsst nach nachdem natürlich neben nein nicht nichts nie niemals niemand noch nun
nur ob oben oder ohne sehr seid sein seine seinem seinen seiner seit selbst sich sie sind so sobald sofern sofort sogar
solche solchem solchen solcher soll sollen sollte sollten somit sondern sonst soviel sowie sowohl statt tun über um und
uns unser unsere unserem unseren unserer unter viel viele vielen vom von vor war waren warum was wegen weil weiter weitere
weiteren welche welchem welchen welcher welches wenn wer werde werden weshalb wie wieder wir wird wirst wo wobei wohin
wollen worden wurde wurden würde würden zu zum zur zwar zwischen jeweils zudem zusätzlich`;

const english = new Set(ENGLISH.split(/\s+/));
const german = new Set(GERMAN.split(/\s+/));

/** Whether a lower-case word is a function word in English or German. */
export function isStopword(word: string): boolean {
  const plain = word.replace("’", "'");
  return english.has(plain) || german.has(plain);
}

/** Function words of the text by language: which of the two it is written in, or neither. */
export function stopwordCounts(words: readonly string[]): { en: number; de: number } {
  let en = 0;
  let de = 0;
  for (const word of words) {
    const inEnglish = english.has(word);
    const inGerman = german.has(word);
    // "in", "am", "was", "die" tell nothing.
    if (inEnglish && !inGerman) en++;
    if (inGerman && !inEnglish) de++;
  }
  return { en, de };
}
