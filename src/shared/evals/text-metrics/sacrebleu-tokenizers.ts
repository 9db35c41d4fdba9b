import { splitWhitespace } from "./python-text.ts";

export const SACREBLEU_TOKENIZERS = ["13a", "intl", "char", "zh", "none"] as const;
export type SacrebleuTokenizer = (typeof SACREBLEU_TOKENIZERS)[number];

/** A line's tokens as sacrebleu's tokenizer of that name gives them. */
export function sacrebleuTokens(line: string, tokenizer: SacrebleuTokenizer): string[] {
  switch (tokenizer) {
    case "13a":
      return tokens13a(line);
    case "intl":
      return splitWhitespace(international(line));
    case "char":
      return [...line].filter((char) => splitWhitespace(char).length > 0);
    case "zh":
      return western([...line.trim()].map((char) => (isChinese(char) ? ` ${char} ` : char)).join(""));
    case "none":
      return splitWhitespace(line);
  }
}

/** mteval-v13a, the tokenizer of WMT; Hugging Face's BLEU and GLEU use it too. */
export function tokens13a(line: string): string[] {
  const joined = line.replaceAll("<skipped>", "").replaceAll("-\n", "").replaceAll("\n", " ");
  const unescaped = joined
    .replaceAll("&quot;", '"')
    .replaceAll("&amp;", "&")
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">");
  return western(` ${unescaped} `);
}

function western(line: string): string[] {
  const parted = line
    .replace(/([{-~[-` -&(-+:-@/])/g, " $1 ")
    .replace(/([^0-9])([.,])/gu, "$1 $2 ")
    .replace(/([.,])([^0-9])/gu, " $1 $2")
    .replace(/([0-9])(-)/g, "$1 $2 ");
  return splitWhitespace(parted);
}

function international(line: string): string {
  return line
    .replace(/(\P{N})(\p{P})/gu, "$1 $2 ")
    .replace(/(\p{P})(\P{N})/gu, " $1 $2")
    .replace(/(\p{S})/gu, " $1 ");
}

/** sacrebleu's ranges, its two five-digit escapes included, which Python reads as a four-digit character and a digit. */
const CHINESE =
  /[\u3400-\u4db5\u4e00-\u9fbb\uf900-\ufa2d\ufa30-\ufa6a\ufa70-\ufad9\uff00-\uffef\u2e80-\u2eff\u3000-\u303f\u31c0-\u31ef\u2f00-\u2fdf\u2ff0-\u2fff\u3100-\u312f\u31a0-\u31bf\ufe10-\ufe1f\ufe30-\ufe4f\u2600-\u26ff\u2700-\u27bf\u3200-\u32ff\u3300-\u33ff]/u;

function isChinese(char: string): boolean {
  return CHINESE.test(char) || (char > "\u2000" && char <= "\u2a6d") || (char > "\u2f80" && char <= "\u2fa1");
}
