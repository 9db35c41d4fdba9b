const ABBREVIATION =
  /(?:^|[\s(])(?:e\.g|i\.e|z|d|u|etc|approx|vs|no|dr|mr|mrs|ms|prof|st|inc|ltd|z\.\s?b|d\.\s?h|u\.\s?a|bzw|ca|nr|usw|inkl|ggf|evtl|abs|str|max|min|tel)\.$/i;
const segmenter = new Intl.Segmenter("en", { granularity: "sentence" });

/** The sentences of an answer: every line is cut at sentence ends, list marks and Markdown emphasis are taken off. */
export function sentencesOf(text: string): string[] {
  return plainLines(text).flatMap(sentencesOfLine);
}

/** Markdown off: fences, headings, bullets, emphasis, link targets and bracketed citations say nothing themselves. */
function plainLines(text: string): string[] {
  return (
    text
      .normalize("NFC")
      // Lengths are bounded and brackets do not nest: time stays linear in a text full of them.
      .replace(/!?\[([^\][\n]{0,300})\]\([^()\n]{0,2000}\)/g, "$1")
      .replace(
        /\[(?:\^?\d{1,3}|[^\][\n]{1,200}\.[a-z]{2,5}(?:#[^\][\n]{0,100})?|doc\d{1,5}|source[^\][\n]{0,50})\]/gi,
        " ",
      )
      // A line that goes on in lower case was only wrapped.
      .replace(/(?<=[\p{L}\p{N},;)])[^\S\n]*\r?\n[^\S\n]*(?=\p{Ll})/gu, " ")
      .split(/\r?\n/)
      .map((line) =>
        line
          .replace(/^\s*(?:```.*|#{1,6}\s+|>\s*|[-*+•–]\s+|\(?\d{1,2}[.)]\s+)+/, "")
          .replace(/[*`]|(?<![\p{L}\p{N}])_+|_+(?![\p{L}\p{N}])/gu, "")
          .trim(),
      )
      .filter((line) => line !== "")
  );
}

function sentencesOfLine(line: string): string[] {
  const sentences: string[] = [];
  let open = "";
  for (const { segment } of segmenter.segment(line)) {
    open += segment;
    if (ABBREVIATION.test(open.trim())) continue;
    sentences.push(open.trim());
    open = "";
  }
  if (open.trim() !== "") sentences.push(open.trim());
  return sentences.filter((s) => /[\p{L}\p{N}]/u.test(s));
}

/** The clauses of a sentence: cut at commas, semicolons, colons and dashes that stand between words. */
export function clausesOf(sentence: string): string[] {
  return sentence
    .split(/[,;:](?=\s)|\s[–—-]\s|[()]|\s(?=(?:but|however|although|whereas|aber|jedoch|allerdings|obwohl)\s)/i)
    .map((clause) => clause.trim())
    .filter((clause) => /[\p{L}\p{N}]/u.test(clause));
}
