/*
 * The language of a text by its script, and among those written in Latin letters by function words: enough to tell an
 * answer in the wrong language, at no weight. Names of languages are ISO 639-1.
 */

const SCRIPTS: [language: string, letters: RegExp][] = [
  ["ja", /[\p{Script=Hiragana}\p{Script=Katakana}]/gu],
  ["zh", /\p{Script=Han}/gu],
  ["ko", /\p{Script=Hangul}/gu],
  ["ar", /\p{Script=Arabic}/gu],
  ["he", /\p{Script=Hebrew}/gu],
  ["el", /\p{Script=Greek}/gu],
  ["hi", /\p{Script=Devanagari}/gu],
  ["th", /\p{Script=Thai}/gu],
  ["ru", /\p{Script=Cyrillic}/gu],
];

const FUNCTION_WORDS: Record<string, string> = {
  en: "the and of to is in that it you for are with this be have not on as can your or from will if they what which by an we i a my me us our their he she his her was were has had do does don did no but so at about all any more than then there these those how when where who please its would could should sorry need know try",
  de: "der die das und ist nicht ein eine zu den von mit für auf sie es im dem sich auch werden kann oder wir ihre bei nach wird sind über ich du er ihr ihnen einen einem einer eines dass aber noch nur wenn wie was hat haben war sein diese dieser dieses hier bitte leider keine kein können möchten weiß",
  fr: "le la les et est de des un une pour dans que qui vous pas sur avec ce il nous votre sont être par plus au du cette mais je ne tu elle ils aux comme si où se sa ses son leur très bien vos veuillez merci",
  es: "el la los las y es de un una para en que no con se por su lo como más pero del al puede usted esta son está hay muy este fue ser sus le si ya favor siento gracias yo",
  it: "il la le e di che un una per in non con si è sono come del della dei al alla nel puoi più questo essere gli anche lo mi ma ho ha hai questa quando prego dispiace grazie",
  pt: "o a os as e de um uma para em que não com se por do da dos das no na é são você mais como seu pode está ao",
  nl: "de het een en van is niet te dat je op met voor zijn in aan er om ook als uw u kunt deze worden door naar maar bij ik we wij hij zij geen nog dit heeft hebben was wat opnieuw graag",
  pl: "i w na z do nie się jest że to jak dla po od przez ale czy są tym można oraz być ten które co za może",
  sv: "och att det är en ett som för på med av inte till den kan du har om vi eller från ska när din detta",
  da: "og at det er en et som for på med af ikke til den kan du har om vi eller fra skal når din dette",
  cs: "a v na je se že to s z do pro jako ale nebo jsou být by co jak může které tento při vaše",
  tr: "ve bir bu için ile de da olarak daha çok gibi olan var en kadar sonra ne veya değil ise mi",
};
const wordSets = Object.entries(FUNCTION_WORDS).map(([language, list]) => ({
  language,
  words: new Set(list.split(" ")),
}));

/** Languages that can be told. */
export const LANGUAGES = [...SCRIPTS.map(([language]) => language), ...Object.keys(FUNCTION_WORDS)];

/** Fewer function words than this say nothing, and nor does a lead smaller than a fifth. */
const LEAST_WORDS = 3;
const LEAD = 1.2;

/** The language of the text, or undefined where it is too short or too mixed to tell. Code and links are left out. */
export function languageOf(text: string): string | undefined {
  const prose = text.replace(/```[\s\S]*?(?:```|$)|`[^`\n]*`|https?:\S+/g, " ");
  const letters = prose.match(/\p{L}/gu)?.length ?? 0;
  if (letters === 0) return undefined;
  const shares = SCRIPTS.map(([language, pattern]) => ({
    language,
    share: (prose.match(pattern)?.length ?? 0) / letters,
  }));
  // Kana are the mark of Japanese among its Chinese characters, which outnumber them at times.
  if ((shares.find((s) => s.language === "ja")?.share ?? 0) > 0.1) return "ja";
  const script = shares.find(({ share }) => share > 0.5);
  return script === undefined ? latinLanguage(prose) : script.language;
}

function latinLanguage(prose: string): string | undefined {
  const words = prose.toLowerCase().match(/\p{L}+/gu) ?? [];
  const ranked = wordSets
    .map(({ language, words: known }) => ({ language, hits: words.filter((word) => known.has(word)).length }))
    .sort((a, b) => b.hits - a.hits);
  const [first, second] = ranked;
  if (first === undefined || first.hits < LEAST_WORDS) return undefined;
  return first.hits >= LEAD * (second?.hits ?? 0) ? first.language : undefined;
}
