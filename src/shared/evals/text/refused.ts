import type { Claim } from "./claims.ts";
import { claimsOf } from "./claims.ts";
import { declines } from "./declines.ts";
import { statesIgnorance } from "./ignorance.ts";
import { clausesOf, sentencesOf } from "./sentences.ts";

export interface RefusalReading {
  refused: boolean;
  reason: string;
}

/**
 * Whether an answer refuses or says that it does not know. Courtesies aside, its first sentence decides: a refusal there
 * stands, unless the answer goes on to claim something unsupported in the same breath ("I can't say, but usually …"). A
 * statement of ignorance stands where nothing unsupported is claimed beside it. Later on, a refusal or a statement of
 * ignorance counts only where the answer claims nothing unsupported at all.
 * @param known keys of the tokens of question and context
 * @param isSupported whether the case's context backs a claim; without a context none is backed
 */
export function readRefusal(
  answer: string,
  known: ReadonlySet<string>,
  isSupported: (claim: Claim) => boolean,
): RefusalReading {
  const sentences = sentencesOf(answer).filter((s) => declines(s) || statesNothingKnown(s) || claimsIn(s, known) > 0);
  const first = sentences[0];
  if (first === undefined) return { refused: false, reason: "the answer claims and refuses nothing" };
  const turnedDown = sentences.filter((s) => declines(s));
  const unknown = sentences.filter((s) => statesNothingKnown(s));
  if (turnedDown.length + unknown.length === 0) return { refused: false, reason: "the answer answers" };
  const unsupported = claimsOf(answer, known).filter((claim) => !isSupported(claim));
  if (declines(first)) {
    const clauses = clausesOf(first);
    const after = clauses.slice(clauses.findIndex(declines) + 1);
    const inOneBreath = after.some((clause) => /^(?:but|however|aber|jedoch)\b/i.test(clause));
    const refused = !inOneBreath || unsupported.length === 0;
    return { refused, reason: refused ? `“${first.slice(0, 160)}”` : "a refusal that goes on to answer" };
  }
  if (unsupported.length === 0)
    return { refused: true, reason: `“${(turnedDown[0] ?? unknown[0] ?? first).slice(0, 160)}”` };
  return { refused: false, reason: `it answers beside that: “${unsupported[0]?.text.slice(0, 160)}”` };
}

function statesNothingKnown(sentence: string): boolean {
  return statesIgnorance(sentence) || clausesOf(sentence).some(statesIgnorance);
}

function claimsIn(sentence: string, known: ReadonlySet<string>): number {
  return claimsOf(sentence, known).length;
}
