import type { Clock } from "../clock.ts";

/** Trials in a row, each tried as often as a failure may pass. */
const mostInARow = 10;
/** An outage that is over sooner is waited out: quick failures come by the dozen. */
const leastMs = 60_000;

/** How long each deployment of a run has given no answer at all; refusals and errors of one request are answers. */
export interface Silence {
  heard(deployment: string): void;
  /** A trial had no answer on any of its tries. */
  unanswered(deployment: string, reason: string): void;
  /** Why nothing more is to be asked, as a sentence; undefined while answers may come. */
  over(): string | undefined;
}

/** A run against a model that never answers would take its cases × tries × time-out; this ends it after a few of them. */
export function createSilence(clock: Clock): Silence {
  const begun = clock.now().getTime();
  const silent = new Map<string, { since: number; trials: number }>();
  let why: string | undefined;
  const of = (deployment: string) => silent.get(deployment) ?? { since: begun, trials: 0 };
  return {
    heard: (deployment) => void silent.set(deployment, { since: clock.now().getTime(), trials: 0 }),
    unanswered(deployment, reason) {
      const { since, trials } = of(deployment);
      const ms = clock.now().getTime() - since;
      silent.set(deployment, { since, trials: trials + 1 });
      if (trials + 1 < mostInARow || ms < leastMs) return;
      why ??= `given up: ${deployment} answered none of ${trials + 1} calls in a row, for ${Math.round(ms / 1000)} s (${reason}); what was answered is kept, and the next run asks for the rest`;
    },
    over: () => why,
  };
}
