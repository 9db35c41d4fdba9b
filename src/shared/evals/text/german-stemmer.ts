/**
 * CISTEM (Weissweiler and Fraser, GSCL 2017), the case-insensitive variant: German stems without a dictionary. Written
 * after the published algorithm.
 */
export function germanStem(word: string): string {
  let stem = word
    .toLowerCase()
    .replaceAll("ü", "u")
    .replaceAll("ö", "o")
    .replaceAll("ä", "a")
    .replaceAll("ß", "ss")
    .replace(/^ge(.{4,})/, "$1")
    // Letters that are cut as one: put in one sign each, and back after the cutting.
    .replaceAll("sch", "$")
    .replaceAll("ei", "%")
    .replaceAll("ie", "&")
    .replace(/(.)\1/g, "$1*");
  while (stem.length > 3) {
    const shorter = stem.length > 5 ? stem.replace(/(?:e[mr]|nd)$/, "") : stem;
    const cut = shorter === stem ? stem.replace(/[tesn]$/, "") : shorter;
    if (cut === stem) break;
    stem = cut;
  }
  return stem.replace(/(.)\*/g, "$1$1").replaceAll("%", "ei").replaceAll("&", "ie").replaceAll("$", "sch");
}
