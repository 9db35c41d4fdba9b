import type { Clock } from "../../clock.ts";
import { messageOf } from "../../errors.ts";
import type { Log } from "../../log.ts";

/** An outage is told at its first failed report, and again after this: reports fail every half second. */
const quietMs = 30_000;

/**
 * Says that a deployment's limit cannot be read or written: calls wait without a word otherwise. `log` is asked when there is
 * something to say, for limiters outlive the invocation that opened them.
 */
export function tellOutage(clock: Clock, log: () => Log | undefined): (deployment: string, thrown: unknown) => void {
  const told = new Map<string, number>();
  return (deployment, thrown) => {
    const now = clock.now().getTime();
    if (now - (told.get(deployment) ?? Number.NEGATIVE_INFINITY) < quietMs) return;
    told.set(deployment, now);
    log()?.warn("limits.unreachable", { deployment, why: messageOf(thrown) });
  };
}
