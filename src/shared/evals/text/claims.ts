import { isConversational, isCourtesy } from "./conversation.ts";
import { declines } from "./declines.ts";
import { statesIgnorance } from "./ignorance.ts";
import { clausesOf, sentencesOf } from "./sentences.ts";
import { type ContentToken, contentTokens, isIn } from "./tokens.ts";

/** A sentence, or what is left of it without its courtesies, that asserts something. */
export interface Claim {
  text: string;
  tokens: readonly ContentToken[];
}

/**
 * The claims of an answer, sentence by sentence. Left out, by general tests: questions; sentences whose content words are
 * all words of conversation (greetings, thanks, offers, hedges, pointers such as "here are the steps:"); courtesies with
 * at most two other content words, none of them new (not in `known`) beyond the number of courteous ones, no number, no
 * name and no statement with "is" or "are"; refusals; and statements that something is not known or not in the sources.
 * Where a clause is left out, the other clauses of its sentence remain.
 * @param known keys of the tokens of the question and the context
 */
export function claimsOf(answer: string, known: ReadonlySet<string>): Claim[] {
  return sentencesOf(answer).flatMap((sentence) => {
    const text = assertedPart(sentence, known);
    return text === undefined ? [] : [{ text, tokens: contentTokens(text) }];
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

function isTalk(clause: string, known: ReadonlySet<string>): boolean {
  const tokens = contentTokens(clause);
  const others = tokens.filter((token) => !isConversational(token));
  if (others.length === 0) return true;
  if (others.some((token) => token.kind === "number" || (token.kind === "name" && !isIn(token, known)))) return false;
  const courteous = tokens.filter(isCourtesy).length;
  const fresh = others.filter((token) => !isIn(token, known)).length;
  return others.length <= 2 && courteous >= Math.max(1, fresh) && !STATEMENT_VERB.test(clause);
}
