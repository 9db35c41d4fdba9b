import type { Claim } from "./claims.ts";
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
 * @param claims the answer's claims
 * @param isSupported whether the case's context backs a claim; without a context none is backed
 */
export function readRefusal(
  answer: string,
  claims: readonly Claim[],
  isSupported: (claim: Claim) => boolean,
): RefusalReading {
  const claiming = new Set(claims.map((claim) => claim.sentence));
  const sentences = sentencesOf(answer).map((text) => ({
    text,
    declines: declines(text),
    unknown: statesIgnorance(text) || clausesOf(text).some(statesIgnorance),
  }));
  const first = sentences.find((s) => s.declines || s.unknown || claiming.has(s.text));
  if (first === undefined) return { refused: false, reason: "the answer claims and refuses nothing" };
  const turnedDown = sentences.find((s) => s.declines) ?? sentences.find((s) => s.unknown);
  if (turnedDown === undefined) return { refused: false, reason: "the answer answers" };
  const unsupported = claims.filter((claim) => !isSupported(claim));
  if (first.declines) {
    const clauses = clausesOf(first.text);
    const after = clauses.slice(clauses.findIndex(declines) + 1);
    const inOneBreath = after.some((clause) => /^(?:but|however|aber|jedoch)\b/i.test(clause));
    const refused = !inOneBreath || unsupported.length === 0;
    return { refused, reason: refused ? `“${first.text.slice(0, 160)}”` : "a refusal that goes on to answer" };
  }
  if (unsupported.length === 0) return { refused: true, reason: `“${turnedDown.text.slice(0, 160)}”` };
  return { refused: false, reason: `it answers beside that: “${unsupported[0]?.text.slice(0, 160)}”` };
}
