const NUMBER = /(?<![\p{L}\p{N}.,])[-−+]?(?:\d{1,3}(?:,\d{3})+(?![\d])|\d+)(?:\.\d+)?(?:e[-+]?\d+)?(?![\p{L}\p{N}])/giu;

/** The numbers of a text in order: signs, decimals after a point, commas between groups of three, exponents. */
export function numbersIn(text: string): number[] {
  return (text.match(NUMBER) ?? [])
    .map((written) => Number(written.replaceAll(",", "").replace("−", "-")))
    .filter(Number.isFinite);
}
