import { RetryAfterError } from "../errors.ts";
import type { Log } from "../log.ts";

/** A message may not stay hidden for longer [docs: Put Message, visibilitytimeout]. */
const maxWaitMs = 7 * 24 * 3600_000;

/**
 * Does a message's work; where the other side asks for a wait, the message comes again after it. The queue's own retries
 * come within seconds, and would be used up long before a rate limit is over.
 */
export async function orLater(
  work: Promise<void>,
  again: (waitMs: number) => Promise<void>,
  { log }: { log: Log },
): Promise<void> {
  try {
    await work;
  } catch (thrown) {
    if (!(thrown instanceof RetryAfterError)) throw thrown;
    const waitMs = Math.min(thrown.retryAfterMs, maxWaitMs);
    log.warn("work.waits", { waitMs, reason: thrown.message });
    await again(waitMs);
  }
}
