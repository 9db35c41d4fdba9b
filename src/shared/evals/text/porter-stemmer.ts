/**
 * Porter's stemmer as NLTK's `PorterStemmer` runs it by default (mode NLTK_EXTENSIONS). Not Porter's paper to the
 * letter: rouge_score stems with this variant, so its irregular forms and extra rules decide ROUGE figures.
 */

interface SuffixRule {
  suffix: string;
  replacement: string;
  applies: (stem: string) => boolean;
}

const IRREGULAR = new Map(
  Object.entries({
    sky: ["sky", "skies"],
    die: ["dying"],
    lie: ["lying"],
    tie: ["tying"],
    news: ["news"],
    inning: ["innings", "inning"],
    outing: ["outings", "outing"],
    canning: ["cannings", "canning"],
    howe: ["howe"],
    proceed: ["proceed"],
    exceed: ["exceed"],
    succeed: ["succeed"],
  }).flatMap(([stem, forms]) => forms.map((form): [string, string] => [form, stem])),
);

/** The stem of one word, lower-cased. */
export function porterStem(word: string): string {
  const lower = word.toLowerCase();
  const irregular = IRREGULAR.get(lower);
  if (irregular !== undefined) return irregular;
  if (word.length <= 2) return lower;
  return step5(step4(step3(step2(step1c(step1b(step1a(lower)))))));
}

/** A `y` is a consonant at the start and after a vowel. */
function isConsonant(word: string, i: number): boolean {
  let start = i;
  while (start > 0 && word.charAt(start) === "y") start--;
  const first = word.charAt(start);
  const consonant = first === "y" || !"aeiou".includes(first);
  return (i - start) % 2 === 0 ? consonant : !consonant;
}

/** Porter's m: how often a vowel is followed by a consonant. */
function measure(stem: string): number {
  let count = 0;
  let afterVowel = false;
  let consonant = true;
  for (let i = 0; i < stem.length; i++) {
    // A `y` is a vowel only after a consonant; carried along, since asking back over a run of y's is quadratic.
    const letter = stem.charAt(i);
    consonant = letter === "y" ? i === 0 || !consonant : !"aeiou".includes(letter);
    if (consonant && afterVowel) count++;
    afterVowel = !consonant;
  }
  return count;
}

function hasVowel(stem: string): boolean {
  for (let i = 0; i < stem.length; i++) if (!isConsonant(stem, i)) return true;
  return false;
}

function endsDoubleConsonant(word: string): boolean {
  return word.length >= 2 && word.at(-1) === word.at(-2) && isConsonant(word, word.length - 1);
}

function endsConsonantVowelConsonant(word: string): boolean {
  const n = word.length;
  if (n === 2) return !isConsonant(word, 0) && isConsonant(word, 1);
  if (n < 3) return false;
  const shape = isConsonant(word, n - 3) && !isConsonant(word, n - 2) && isConsonant(word, n - 1);
  return shape && !"wxy".includes(word.charAt(n - 1));
}

/** The first rule whose suffix fits decides, even where its condition then fails. */
function applyFirst(word: string, rules: readonly SuffixRule[]): string {
  for (const rule of rules) {
    if (!word.endsWith(rule.suffix)) continue;
    const stem = word.slice(0, word.length - rule.suffix.length);
    return rule.applies(stem) ? stem + rule.replacement : word;
  }
  return word;
}

function rulesOf(applies: (stem: string) => boolean, pairs: Record<string, string>): SuffixRule[] {
  return Object.entries(pairs).map(([suffix, replacement]) => ({ suffix, replacement, applies }));
}

const always = (): boolean => true;
const longerThan0 = (stem: string): boolean => measure(stem) > 0;
const longerThan1 = (stem: string): boolean => measure(stem) > 1;

const STEP_1A = rulesOf(always, { sses: "ss", ies: "i", ss: "ss", s: "" });
const STEP_2: SuffixRule[] = [
  ...rulesOf(longerThan0, {
    ational: "ate",
    tional: "tion",
    enci: "ence",
    anci: "ance",
    izer: "ize",
    bli: "ble",
    alli: "al",
    entli: "ent",
    eli: "e",
    ousli: "ous",
    ization: "ize",
    ation: "ate",
    ator: "ate",
    alism: "al",
    iveness: "ive",
    fulness: "ful",
    ousness: "ous",
    aliti: "al",
    iviti: "ive",
    biliti: "ble",
    fulli: "ful",
  }),
  // NLTK measures this stem with the `l` of the suffix, so that "geo", "theo" behave like "archaeo".
  { suffix: "logi", replacement: "log", applies: (stem) => measure(`${stem}l`) > 0 },
];
const STEP_3 = rulesOf(longerThan0, {
  icate: "ic",
  ative: "",
  alize: "al",
  iciti: "ic",
  ical: "ic",
  ful: "",
  ness: "",
});
const STEP_4: SuffixRule[] = [
  ...rulesOf(longerThan1, { al: "", ance: "", ence: "", er: "", ic: "", able: "", ible: "", ant: "" }),
  ...rulesOf(longerThan1, { ement: "", ment: "", ent: "" }),
  { suffix: "ion", replacement: "", applies: (stem) => measure(stem) > 1 && /[st]$/.test(stem) },
  ...rulesOf(longerThan1, { ou: "", ism: "", ate: "", iti: "", ous: "", ive: "", ize: "" }),
];

function step1a(word: string): string {
  if (word.endsWith("ies") && word.length === 4) return word.slice(0, -1);
  return applyFirst(word, STEP_1A);
}

function step1b(word: string): string {
  if (word.endsWith("ied")) return word.slice(0, word.length === 4 ? -1 : -2);
  if (word.endsWith("eed")) return measure(word.slice(0, -3)) > 0 ? word.slice(0, -1) : word;
  const suffix = ["ed", "ing"].find((s) => word.endsWith(s) && hasVowel(word.slice(0, -s.length)));
  if (suffix === undefined) return word;
  const stem = word.slice(0, -suffix.length);
  if (/(?:at|bl|iz)$/.test(stem)) return `${stem}e`;
  // NLTK drops both letters of a double consonant and puts one back; `l`, `s` and `z` stay double.
  if (endsDoubleConsonant(stem)) return /[lsz]$/.test(stem) ? stem : stem.slice(0, -1);
  return measure(stem) === 1 && endsConsonantVowelConsonant(stem) ? `${stem}e` : stem;
}

function step1c(word: string): string {
  const stem = word.slice(0, -1);
  return word.endsWith("y") && stem.length > 1 && isConsonant(stem, stem.length - 1) ? `${stem}i` : word;
}

function step2(word: string): string {
  if (word.endsWith("alli") && longerThan0(word.slice(0, -4))) return step2(word.slice(0, -2));
  return applyFirst(word, STEP_2);
}

function step3(word: string): string {
  return applyFirst(word, STEP_3);
}

function step4(word: string): string {
  return applyFirst(word, STEP_4);
}

function step5(word: string): string {
  const shorter = withoutFinalE(word);
  return shorter.endsWith("ll") && longerThan1(shorter.slice(0, -1)) ? shorter.slice(0, -1) : shorter;
}

function withoutFinalE(word: string): string {
  if (!word.endsWith("e")) return word;
  const stem = word.slice(0, -1);
  const m = measure(stem);
  return m > 1 || (m === 1 && !endsConsonantVowelConsonant(stem)) ? stem : word;
}
