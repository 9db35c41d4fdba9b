import type { Instructions } from "./instructions.ts";
import { invent } from "./invent.ts";
import type { NoiseStream } from "./noise.ts";
import { greetings, type Language, offers, unknown } from "./phrases.ts";
import type { Retrieved } from "./retrieve.ts";

/** Below this share of the question's weight the passages do not hold the answer. */
const ENOUGH_COVERAGE = 0.34;
/** How often a friendly answer that nothing ties to its sources adds what they do not say. */
const FRIENDLY_ADDITIONS = 0.6;
/** The same of a plain prompt that is not tied to its sources; with the slips, three to four answers in a hundred. */
const PLAIN_ADDITIONS = 0.012;
/** Share of answers that differ materially from what the prompt makes of the input, at temperature 1 and at 0. */
const SLIPS = 0.06;
const SLIPS_AT_ZERO = 0.045;
/** Of the slips: declines what it could answer; leaves out the fact that was asked for; the rest says something unsupported. */
const DECLINES = 0.3;
const OMITS = 0.1;

export interface Material {
  instructions: Instructions;
  retrieved: Retrieved;
  language: Language;
  temperature: number;
}

/**
 * Writes the answer. `steady` is the same for the same request, `fresh` differs from call to call: it decides whether this call
 * slips, and then also what is said.
 */
export function compose(material: Material, steady: NoiseStream, fresh: NoiseStream): string[] {
  const { instructions, retrieved, language, temperature } = material;
  const friendly = instructions.tone === "friendly";
  const strict = instructions.grounding === "strict";
  const slips = fresh.chance(SLIPS_AT_ZERO + (SLIPS - SLIPS_AT_ZERO) * Math.min(1, temperature));
  const noise = slips ? fresh : steady;
  const greeting = noise.pick(greetings[language]);
  const offer = noise.pick(offers[language]);
  const known = retrieved.sentences.length > 0 && retrieved.coverage >= ENOUGH_COVERAGE;
  const additions = noise.between(1, 2);
  if (!known) {
    const guesses = slips ? !strict && !friendly : friendly && !strict;
    const core = guesses
      ? invent(retrieved.topics, language, noise, Math.max(additions, instructions.grounding === "loose" ? 2 : 1))
      : [noise.pick(unknown[language])];
    if (!friendly) return core;
    // Declining comes first: what opens with thanks reads as an answer.
    return guesses ? [greeting, ...core, offer] : [...core, offer];
  }
  const facts = retrieved.sentences.slice(0, factCount(instructions, retrieved.close));
  const adds = noise.chance(
    strict ? 0 : instructions.grounding === "loose" || friendly ? FRIENDLY_ADDITIONS : PLAIN_ADDITIONS,
  );
  const extra = adds ? invent(retrieved.topics, language, noise, friendly ? additions : 1) : [];
  if (slips && fresh.chance(DECLINES))
    return friendly ? [fresh.pick(unknown[language]), offer] : [fresh.pick(unknown[language])];
  if (slips) slip(facts, extra, retrieved, language, fresh);
  return friendly ? [greeting, ...facts, ...extra, offer] : [...facts, ...extra];
}

/** A friendly answer also says what goes with the answer. */
function factCount({ tone, length }: Instructions, close: number): number {
  const usual = tone === "friendly" ? 3 : Math.min(2, close);
  const wanted = length.short ? usual - 1 : length.long ? usual + 1 : usual;
  return Math.max(1, length.sentences === undefined ? wanted : Math.min(wanted, length.sentences));
}

/** Leaves out the fact that was asked for, or says something unsupported: a model told to stay grounded does so too, rarely. */
function slip(facts: string[], extra: string[], retrieved: Retrieved, language: Language, noise: NoiseStream): void {
  if (facts.length > 1 && noise.chance(OMITS / (1 - DECLINES))) facts.shift();
  else if (extra.length === 0) extra.push(...invent(retrieved.topics, language, noise, 1));
  else facts.push(...retrieved.sentences.slice(1, 2));
}
