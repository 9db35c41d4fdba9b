/*
 * What Python's string functions do where JavaScript's namesakes do a little otherwise; published figures of Python
 * libraries hang on it.
 */

/** `str.split()`: runs of white space part words, U+001C to U+001F and U+0085 among it and U+FEFF not. */
export function splitWhitespace(text: string): string[] {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: Python counts U+001C to U+001F as white space
  return text.split(/(?:(?!\ufeff)[\s\x1c-\x1f\x85])+/).filter((word) => word !== "");
}

/** `string.punctuation`: ASCII alone. */
export const ASCII_PUNCTUATION = "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~";

const FLOAT = /^[+-]?(?:\d+(?:_\d+)*\.?(?:\d+(?:_\d+)*)?|\.\d+(?:_\d+)*)(?:e[+-]?\d+(?:_\d+)*)?$/i;

/** `float(text)` where the result is finite, else undefined; Python takes the decimal digits of every script. */
export function finiteFloat(text: string): number | undefined {
  const trimmed = text.trim().replace(/[^\P{Nd}0-9]/gu, digitValue);
  if (!FLOAT.test(trimmed)) return undefined;
  const value = Number(trimmed.replaceAll("_", ""));
  return Number.isFinite(value) ? value : undefined;
}

/** Unicode keeps the ten digits of a script together, 0 first; the mathematical ones are five such tens in a row. */
function digitValue(digit: string): string {
  const code = digit.codePointAt(0) ?? 0;
  let zero = code;
  while (/\p{Nd}/u.test(String.fromCodePoint(zero - 1))) zero--;
  return String((code - zero) % 10);
}

/** `round(value, 2)` for 0..1: to the nearest, an exact tie (odd eighths alone are one) to the even hundredth. */
export function roundToHundredths(value: number): number {
  const tie = Number.isInteger(value * 8) && !Number.isInteger(value * 4);
  if (!tie) return Number(value.toFixed(2));
  const below = Math.floor(value * 100);
  return (below % 2 === 0 ? below : below + 1) / 100;
}
