import type { StoredSample } from "../evals/shard.ts";
import type { CaseSamples } from "./judge.ts";

/**
 * How many repeats the sample really has, at most `wanted`: a budget or an infrastructure may cut a sample short, and
 * what was drawn for some cases alone would weigh them by luck. It looks at what is there, never at scores.
 */
export function completeRepeats(cases: readonly CaseSamples[], wanted: number, allowedShare = 0.02): number {
  for (let repeats = wanted; repeats > 0; repeats--) {
    const short = cases.filter((samples) => lacks(samples, repeats));
    if (short.length <= allowedShare * cases.length && !short.some(({ planned }) => planned.mustPass)) return repeats;
  }
  return 0;
}

function lacks({ base, head }: CaseSamples, repeats: number): boolean {
  const missing = (side: (StoredSample | undefined)[]) => side.slice(0, repeats).some((sample) => sample === undefined);
  return missing(base) || missing(head);
}

/** The sample with its first repeats alone. */
export function firstRepeats(cases: readonly CaseSamples[], repeats: number): CaseSamples[] {
  return cases.map((samples) => ({
    ...samples,
    base: samples.base.slice(0, repeats),
    head: samples.head.slice(0, Math.max(1, repeats)),
  }));
}
