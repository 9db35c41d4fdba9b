/** Numbers and units as they are compared between texts: by value, in the spelling of either language. */

const NUMBER_WORDS = new Map<string, number>(
  [
    "zero two three four five six seven eight nine ten eleven twelve",
    "null zwei drei vier fünf sechs sieben acht neun zehn elf zwölf",
  ].flatMap((line) => line.split(" ").map((word, i): [string, number] => [word, i === 0 ? 0 : i + 1])),
);
for (const [value, words] of Object.entries({
  15: "fifteen fünfzehn",
  20: "twenty zwanzig",
  30: "thirty dreißig",
  40: "forty vierzig",
  50: "fifty fünfzig",
  60: "sixty sechzig",
  90: "ninety neunzig",
  100: "hundred hundert",
  1000: "thousand tausend",
}))
  for (const word of words.split(" ")) NUMBER_WORDS.set(word, Number(value));

const UNITS = new Map<string, string>();
for (const line of `% percent prozent
€ eur euro euros
$ usd dollar dollars
£ gbp pound pounds pfund
ms millisecond milliseconds millisekunde millisekunden
sec secs second seconds sek sekunde sekunden
min mins minute minutes minuten
hr hrs hour hours std stunde stunden
day days tag tage tagen
week weeks woche wochen
month months monat monate monaten
year years jahr jahre jahren
kb kilobyte kilobytes
mb megabyte megabytes
gb gigabyte gigabytes
tb terabyte terabytes`.split("\n")) {
  const [canonical = "", ...others] = line.split(" ");
  for (const unit of [canonical, ...others]) UNITS.set(unit, canonical);
}

/** The unit in one spelling (`prozent` → `%`), or undefined where the lower-case word is none. */
export function unitOf(word: string): string | undefined {
  return UNITS.get(word);
}

/** The value of a number word from two on ("one" and "ein" are articles and pronouns too often to count). */
export function numberWord(word: string): number | undefined {
  return NUMBER_WORDS.get(word);
}

/**
 * What a written number may mean: `1.500` is 1500 in German and 1.5 in English, so both are returned; `1,234.5` and
 * `1.234,5` are certain; versions such as `1.2.3` stay as written. A group is exactly three digits.
 */
export function numberReadings(written: string): string[] {
  const text = written.replace(/['’\u00a0\u202f]/g, "");
  const separators = text.match(/[.,]/g) ?? [];
  if (separators.length === 0) return [plain(text)];
  const last = separators.at(-1) ?? ".";
  const kinds = new Set(separators);
  if (kinds.size === 2) {
    const other = last === "." ? "," : ".";
    return [plain(text.replaceAll(other, "").replace(last, "."))];
  }
  const groups = text.split(last);
  const grouped = groups.slice(1).every((g) => g.length === 3) && (groups[0] ?? "").length <= 3 && groups[0] !== "0";
  if (separators.length > 1) return [grouped ? plain(groups.join("")) : text];
  const decimal = plain(text.replace(",", "."));
  return grouped ? [plain(groups.join("")), decimal] : [decimal];
}

function plain(digits: string): string {
  const value = Number(digits);
  return Number.isFinite(value) && digits.length <= 15 ? String(value) : digits;
}
