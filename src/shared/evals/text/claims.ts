import { isConversational, isCourtesy } from "./conversation.ts";
import { declines } from "./declines.ts";
import { statesIgnorance } from "./ignorance.ts";
import { hasNegation } from "./negation.ts";
import { clausesOf, sentencesOf } from "./sentences.ts";
import { isSpeechAct } from "./speech-acts.ts";
import { type ContentToken, contentTokens, isIn, wordsOf } from "./tokens.ts";

/** A sentence, or what is left of it without its courtesies, that asserts something. */
export interface Claim {
  text: string;
  /** The whole sentence. */
  sentence: string;
  tokens: readonly ContentToken[];
}

/**
 * The claims of an answer, sentence by sentence. Left out, by general tests: questions; clauses whose content words are
 * all words of conversation (greetings, thanks, hedges, pointers such as "here are the steps:"); clauses that open as a
 * speech act (offers, wishes, sympathy) or are courteous throughout, as long as they hold no number, no new name, no
 * "is" or "are" with something new, and few new words; single words called out; refusals; and statements that something is
 * not known or not in the sources. Where a clause is left out, the other clauses of its sentence remain.
 * @param known keys of the tokens of the question and the context: what is not new
 */
export function claimsOf(answer: string, known: ReadonlySet<string>): Claim[] {
  return sentencesOf(answer).flatMap((sentence) => {
    const text = assertedPart(sentence, known);
    return text === undefined ? [] : [{ text, sentence, tokens: contentTokens(text) }];
  });
}

const STATEMENT_VERB = /\b(?:is|are|was|were|has|have been|ist|sind|war|waren|hat|wird|werden)\b/i;
/** "I am happy to tell you that …": what follows is a claim of its own. */
const REPORTED = /\s(?=(?:that|dass|so|therefore|daher|deshalb)\s)/i;

const TURN = /^(?:but|however|although|though|so|therefore|yet|aber|jedoch|allerdings|doch|daher|deshalb|sondern)\b/i;

function assertedPart(sentence: string, known: ReadonlySet<string>): string | undefined {
  if (isQuestion(sentence)) return undefined;
  const clauses = clausesOf(sentence).flatMap((clause) => clause.split(REPORTED));
  const asserting = withoutIgnorance(clauses).filter((clause) => !isTalk(clause, known));
  if (asserting.length === 0) return undefined;
  if (asserting.length === clauses.length) return sentence;
  const rest = asserting.join(", ");
  return isTalk(rest, known) ? undefined : rest;
}

/**
 * "I found nothing about prices, limits or fees, but refunds take a day": what is listed beside a refusal or a statement of
 * ignorance belongs to it; a clause with a turn stands for itself, and so does one with a statement verb or a number unless
 * the ignorance is about it ("I do not know whether A, B or C are possible").
 */
function withoutIgnorance(clauses: readonly string[]): string[] {
  const first = clauses.findIndex(saysNothing);
  const opener = clauses[first];
  if (opener === undefined) return [...clauses];
  const turned = TURN.test(opener);
  const asksWhether = /\b(?:whether|if|how|ob|wie|wann|wo)\b/i.test(opener);
  return clauses.filter((clause, i) => {
    if (saysNothing(clause)) return false;
    if (i < first && turned) return true;
    if (i > first && TURN.test(clause)) return true;
    return !(i > first && asksWhether) && (STATEMENT_VERB.test(clause) || /\p{N}/u.test(clause));
  });
}

function saysNothing(clause: string): boolean {
  return statesIgnorance(clause) || declines(clause);
}

function isQuestion(sentence: string): boolean {
  return /\?["'”’)\s]*$/.test(sentence) && !/^(?:did you know|wussten sie|wusstest du)\b/i.test(sentence);
}

/** More new words than this are a statement, however it opens. */
const FRESH_LIMIT = 3;

function isTalk(clause: string, known: ReadonlySet<string>): boolean {
  const tokens = contentTokens(clause);
  const others = tokens.filter((token) => !isConversational(token));
  if (others.length === 0) return true;
  if (others.some((token) => token.kind === "number" || (token.kind === "name" && !isIn(token, known)))) return false;
  const fresh = others.filter((token) => !isIn(token, known)).length;
  if (fresh > 0 && STATEMENT_VERB.test(clause)) return false;
  // "Superstar!" calls out, "Oslo." may be the answer.
  if (fresh === 1 && tokens.length === 1 && clause.endsWith("!")) return true;
  if (isSpeechAct(clause)) return fresh <= FRESH_LIMIT;
  const courteous = tokens.filter(isCourtesy).length;
  return (
    others.length <= 2 && courteous >= Math.max(1, fresh) && !hasNegation(wordsOf(clause).map((w) => w.toLowerCase()))
  );
}
