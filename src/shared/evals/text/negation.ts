const NEGATIONS = new Set(
  `not no never none neither nor nobody nothing without cannot unable impossible hardly nicht kein keine keinem keinen
  keiner keines nie niemals niemand nichts ohne weder unmöglich`.split(/\s+/),
);

/** Whether an odd number of negations is in the words (lower case); "not only" and "nicht nur" negate nothing. */
export function isNegated(words: readonly string[]): boolean {
  let count = 0;
  for (const [i, word] of words.entries()) {
    const softened = (word === "not" && words[i + 1] === "only") || (word === "nicht" && words[i + 1] === "nur");
    if (negates(word) && !softened) count++;
  }
  // "neither … nor" and "weder … noch" are one negation in two words.
  if (words.includes("neither") && words.includes("nor")) count--;
  return count % 2 === 1;
}

/** Whether any negation is in the words (lower case), "not only" and "nicht nur" included. */
export function hasNegation(words: readonly string[]): boolean {
  return words.some(negates);
}

/** Whether one of the words is within `reach` words of a negation, before or after it. */
export function negatedNear(words: readonly string[], those: (word: string) => boolean, reach: number): boolean {
  const places = words.flatMap((word, i) => (negates(word) ? [i] : []));
  return words.some((word, i) => those(word) && places.some((place) => place !== i && Math.abs(place - i) <= reach));
}

function negates(word: string): boolean {
  return NEGATIONS.has(word) || /n['’]t$/.test(word);
}
