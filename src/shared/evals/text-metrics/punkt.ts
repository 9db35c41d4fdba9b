import { isStopword } from "../text/stopwords.ts";

/*
 * Sentence ends as NLTK's Punkt tokenizer (Kiss and Strunk 2006) finds them in English. The algorithm, the abbreviations
 * and the sentence starters are those of NLTK's English model. Its 20,000 orthographic contexts are not carried along:
 * where they decide (after an abbreviation, an initial or a number), an English function word stands for "also seen in
 * lower case".
 */

const ABBREVIATIONS = new Set(
  `a a.a a.c a.d a.g a.h a.m a.m.e a.s a.t adm ala ariz aug ave b.f b.v bros c c.i.t c.o.m.b c.v calif chg cie co col colo
  conn corp cos ct d d.c d.h d.w dec dr e e.f e.h e.l e.m f f.g f.j feb fla fri ft g g.d g.f g.k ga gen h h.c h.f h.m i.m.s
  ill inc j.b j.c j.j j.k j.p j.r jan jr k kan ky l l.a l.f l.p lt ltd m m.b.a m.d.c m.j maj messrs mg mich minn mr mrs ms
  n n.c n.d n.h n.j n.m n.v n.y nev nov oct ok okla ore p p.a.m p.m pa ph.d prof r r.a r.h r.i r.j r.k r.t rep reps s s.a
  s.a.y s.c s.g s.p.a s.s sen sep sept sr st sw t t.j tenn tues u.k u.n u.s u.s.a u.s.s.r v va vs vt w w.c w.r w.va w.w
  wash wed wis yr`.split(/\s+/),
);
const SENTENCE_STARTERS = new Set(
  `according although among both but despite even he however i if in indeed instead it many meanwhile moreover most
  nevertheless nonetheless nor sales separately similarly since so some the there these they this though thus under when
  while yet`.split(/\s+/),
);

/** A character that ends a sentence, and what follows it: other punctuation at once, or white space and a word. */
const CANDIDATE = /[.?!](?=(?<after>[)";}\]*:@'({[?!]|\s+(?<next>\S+)))/gu;
const CLOSING = /["')\]}]+?(?:\s+|(?=--)|$)/my;
const WORD =
  /-{2,}|\.{2,}|(?:\.\s){2,}\.|(?=[^("`{[:;&#*@)}\]\-,])\S+?(?=\s|$|[)";}\]*:@'({[?!]|-{2,}|\.{2,}|(?:\.\s){2,}\.|,(?=$|\s|[)";}\]*:@'({[?!]|-{2,}|\.{2,}|(?:\.\s){2,}\.))|\S/gu;
const NUMERIC = /^-?[.,]?\d[\d,.-]*\.?$/;

interface Token {
  text: string;
  /** Lower case, numbers as one type. */
  type: string;
  breaks: boolean;
  abbreviation: boolean;
}

/** A place where a sentence may end: the word before the mark, and the mark with what follows it. */
interface Candidate {
  wordStart: number;
  mark: number;
  after: string;
  next: string | undefined;
}

/** The sentences of an English text. */
export function punktSentences(text: string): string[] {
  const sentences: string[] = [];
  let start = 0;
  for (const { wordStart, mark, after, next } of candidates(text)) {
    if (!endsSentence(text.slice(wordStart, mark + 1) + after)) continue;
    sentences.push(text.slice(start, mark + 1));
    start = next === undefined ? mark + 1 : mark + 1 + after.length - next.length;
  }
  sentences.push(text.slice(start).trimEnd());
  return realigned(sentences).filter((sentence) => sentence !== "");
}

/** Marks within one word ("U.S.", "...") are one candidate, the last of them. */
function candidates(text: string): Candidate[] {
  const found: Candidate[] = [];
  for (const match of text.matchAll(CANDIDATE)) {
    const previous = found.at(-1);
    const floor = previous?.mark ?? 0;
    const space = text.slice(floor, match.index).search(/\s\S*$/);
    const wordStart = space > 0 ? floor + space + 1 : (previous?.wordStart ?? 0);
    if (previous !== undefined && previous.mark > wordStart) found.pop();
    found.push({ wordStart, mark: match.index, after: match.groups?.after ?? "", next: match.groups?.next });
  }
  return found;
}

/** Closing quotes and brackets that Punkt cut off go back to the sentence before. */
function realigned(sentences: readonly string[]): string[] {
  const result: string[] = [];
  for (const sentence of sentences) {
    CLOSING.lastIndex = 0;
    const closing = CLOSING.exec(sentence)?.[0];
    const last = result.length - 1;
    if (closing === undefined || last < 0) {
      result.push(sentence);
      continue;
    }
    result[last] = `${result[last] ?? ""}${closing.trimEnd()}`;
    result.push(sentence.slice(closing.length));
  }
  return result;
}

function endsSentence(context: string): boolean {
  const tokens = [...context.matchAll(WORD)].map((match) => firstPass(match[0]));
  for (const [i, token] of tokens.entries()) {
    const next = tokens[i + 1];
    if (next === undefined) return false;
    if (token.text.endsWith(".")) secondPass(token, next);
    if (token.breaks) return true;
  }
  return false;
}

function firstPass(text: string): Token {
  const type = text.toLowerCase().replace(NUMERIC, "##number##");
  const token = { text, type, breaks: false, abbreviation: false };
  if (text === "." || text === "?" || text === "!") return { ...token, breaks: true };
  if (/^\.\.+/.test(text) || !text.endsWith(".") || text.endsWith("..")) return token;
  const word = text.slice(0, -1).toLowerCase();
  const known = ABBREVIATIONS.has(word) || ABBREVIATIONS.has(word.split("-").at(-1) ?? "");
  return { ...token, breaks: !known, abbreviation: known };
}

function secondPass(token: Token, next: Token): void {
  const initial = /^\p{L}\.$/u.test(token.text);
  const ellipsis = /^\.\.+/.test(token.text);
  const starts = startsSentence(next);
  if ((token.abbreviation || ellipsis) && !initial) {
    if (starts === true || (startsUpper(next) && SENTENCE_STARTERS.has(next.type))) token.breaks = true;
    return;
  }
  if (!initial && token.type !== "##number##") return;
  const seenLower = isStopword(next.type);
  if (starts === false || (starts === "unknown" && initial && startsUpper(next) && !seenLower)) token.breaks = false;
}

/** Punkt's orthographic heuristic: whether the token's case tells that a sentence starts with it. */
function startsSentence(token: Token): boolean | "unknown" {
  if (/^[;:,.!?]$/.test(token.text)) return false;
  if (startsUpper(token)) return isStopword(token.type) ? true : "unknown";
  return /^\p{Ll}/u.test(token.text) ? false : "unknown";
}

function startsUpper(token: Token): boolean {
  return /^\p{Lu}/u.test(token.text);
}
