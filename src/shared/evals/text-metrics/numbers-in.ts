/** Groups of three by points and decimals after a comma, `1.234,50`, or two groups and more, `1.234.567`. */
const continental = String.raw`[1-9]\d{0,2}(?:\.\d{3})+,\d+|[1-9]\d{0,2}(?:\.\d{3}){2,}`;
/** Groups of three by commas, `1,234.5`; a single comma before three digits parts groups, as in English. */
const english = String.raw`[1-9]\d{0,2}(?:,\d{3})+(?!,?\d)(?:\.\d+)?`;
/** A comma before any other number of digits is a decimal one, `12,5`; `1,2,3` is a list. */
const comma = String.raw`\d+,\d+(?!,?\d)`;
const point = String.raw`\d+(?:\.\d+)?`;
const NUMBER = new RegExp(
  String.raw`(?<![\p{L}\p{N}.,])[-−+]?(?:${continental}|${english}|${comma}|${point})(?:e[-+]?\d+)?(?![\p{L}\p{N}])`,
  "giu",
);

/** The numbers of a text in order, in English and in continental spelling: signs, decimals, groups of three, exponents. */
export function numbersIn(text: string): number[] {
  return (text.match(NUMBER) ?? [])
    .map((written) => Number(inPoints(written.replace("−", "-"))))
    .filter(Number.isFinite);
}

function inPoints(written: string): string {
  if (new RegExp(`^[-+]?(?:${continental})(?:e|$)`, "i").test(written))
    return written.replaceAll(".", "").replace(",", ".");
  if (new RegExp(`^[-+]?(?:${english})(?:e|$)`, "i").test(written)) return written.replaceAll(",", "");
  return written.replace(",", ".");
}
