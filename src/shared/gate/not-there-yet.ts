import type { Clock } from "../clock.ts";
import { NotFoundError, RetryAfterError } from "../errors.ts";

/** GitHub announces a commit before every replica has it: for this long a 404 may only mean "not yet". */
const settlesWithinMs = 120_000;
const askAgainMs = 15_000;

/** Throws RetryAfterError where what was not found was announced so lately that it may still appear. */
export function throwIfNotThereYet(thrown: unknown, announcedAt: string, clock: Clock): void {
  if (!(thrown instanceof NotFoundError)) return;
  if (clock.now().getTime() - Date.parse(announcedAt) > settlesWithinMs) return;
  throw new RetryAfterError(thrown.message, askAgainMs, { cause: thrown });
}
