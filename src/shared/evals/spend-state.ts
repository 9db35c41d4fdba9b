import * as z from "zod";

/** What was spent, and set aside to be spent, against one cap. Integer nano-USD; times are milliseconds since the epoch. */
export const SpendState = z.object({
  spent: z.int(),
  reserved: z.array(z.object({ worker: z.string(), nanoUsd: z.int(), until: z.number() })),
});
export type SpendState = z.infer<typeof SpendState>;

/** What a worker spent since its last claim, what of its reservation it must keep, and what it would like besides. */
export interface SpendClaim {
  worker: string;
  spent: number;
  keep: number;
  /** Less than this is no use. */
  least: number;
  wanted: number;
}

/**
 * The state with the claim taken in; the worker's reservation in it is what it holds from now on. A reservation that nobody
 * renewed counts as spent: its calls may have been paid, and a cap errs on the side of the money.
 */
export function takeClaim(
  known: SpendState | undefined,
  claim: SpendClaim,
  capNanoUsd: number,
  now: number,
  leaseMs: number,
): SpendState {
  const before = known ?? { spent: 0, reserved: [] };
  const others = before.reserved.filter(({ worker }) => worker !== claim.worker);
  const lost = others.filter(({ until }) => until <= now).reduce((sum, { nanoUsd }) => sum + nanoUsd, 0);
  const live = others.filter(({ until }) => until > now);
  const spent = before.spent + claim.spent + lost;
  const free = capNanoUsd - spent - claim.keep - live.reduce((sum, { nanoUsd }) => sum + nanoUsd, 0);
  const more = free >= claim.least ? Math.min(free, Math.max(claim.least, claim.wanted)) : 0;
  const nanoUsd = claim.keep + more;
  const own = nanoUsd > 0 ? [{ worker: claim.worker, nanoUsd, until: now + leaseMs }] : [];
  return { spent, reserved: [...live, ...own] };
}
