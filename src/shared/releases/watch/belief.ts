import type { WatchRule } from "../../repository/watch-rules.ts";

/** Windows over which evidence adds up. */
export const lookback = 60;

/**
 * How many times likelier "worse than the limit" has to be than "not worse". At its limit a rule's evidence reaches it once in
 * so many windows or more. What is known from an hour of baseline lies below its limit by what an hour leaves open, and is far
 * rarer; two equal arms have only the rule's `ratio` between them. `npm run simulate -- watch` shows what comes of it.
 */
const believed: Record<WatchRule["against"], number> = { sameHour: 5000, absolute: 5000, concurrentArm: 200_000 };

export interface Belief {
  enough: number;
  /** No window alone is believed, however bad: that is what `critical` is for. */
  mostOfOneWindow: number;
  /** Lets evidence fall again soon after a change has ended. */
  mostOfAll: number;
}

export function beliefOf({ against }: WatchRule): Belief {
  const enough = believed[against];
  return { enough, mostOfOneWindow: enough ** 0.75, mostOfAll: enough * 100 };
}

/** Windows of the same hour that must be there: an hour, of which gaps may take a third. */
export const leastBaseline = 40;
