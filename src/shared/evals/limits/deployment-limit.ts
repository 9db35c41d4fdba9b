import * as z from "zod";

/** The places that one worker holds of a deployment; they come back when it stops renewing them. */
export const SlotLease = z.object({
  worker: z.string(),
  /** Calls that it may have in flight. */
  slots: z.int(),
  /** Calls that it may still have in flight from before, where those are more: nobody else may use their places. */
  held: z.int(),
  /** Places that it could use. */
  wanted: z.int(),
  /** Most calls that it had in flight at a time since its report before, as far as they were taken. */
  peak: z.int(),
  /** What it leaves to production; the largest of all leases holds. */
  productionShare: z.number(),
  /** Milliseconds since the epoch. */
  until: z.number(),
});
export type SlotLease = z.infer<typeof SlotLease>;

/** What is known of a deployment's limit, and who holds how much of it. Times are milliseconds since the epoch. */
export const DeploymentLimit = z.object({
  /** Calls at a time that evals may make, in all workers together; grows by fractions. */
  window: z.number(),
  /** Doubling until the first refusal. */
  starting: z.boolean(),
  /** Answers that count towards the next growth. */
  credit: z.number(),
  /** The provider's own limit, from its headers. */
  limitRequests: z.number().optional(),
  /** Calls at a time, production's among them, at which the provider last refused. */
  ceiling: z.number().optional(),
  cutAt: z.number().optional(),
  /** Calls at a time that were too many, when it was last cut. */
  tooMany: z.number().optional(),
  pausedUntil: z.number().optional(),
  changedAt: z.number(),
  leases: z.array(SlotLease),
});
export type DeploymentLimit = z.infer<typeof DeploymentLimit>;

/** What a worker saw since its last report, and what it wants. */
export interface LimitReport {
  worker: string;
  wanted: number;
  inFlight: number;
  peak: number;
  answered: number;
  /** Refused calls that began after the last cut: the others tell nothing new. */
  refused: number;
  /** In flight when the provider refused more. */
  accepted?: number;
  productionShare: number;
  limitRequests?: number;
  pausedUntil?: number;
}

export interface LimitTimes {
  leaseMs: number;
  /** The window of a deployment of which nothing is known. */
  firstWindow: number;
}

/** What was learnt from a refusal is doubted after this: limits are raised, and others come and go. */
const staleMs = 600_000;
/** Kept below the point of refusal, so that the next refusal is some way off. */
const backOff = 0.95;
/** Rounds of answers between two probes for one more place: at 30 in flight a refusal in a hundred calls. */
const roundsAProbe = 1;
/**
 * What a refusal says of the limit is a guess from reports that are seconds old, mostly too low: the way back up to what was
 * too many is gone by this part a round, and by single places near it.
 */
const regainPart = 1 / 3;
/** Refusals within this are of one storm: each was sent before its sender knew of the first. */
const stormMs = 2000;

/** A worker's report taken in, and its lease renewed. Pure: every store and every worker computes the same. */
export function takeReport(
  known: DeploymentLimit | undefined,
  report: LimitReport,
  now: number,
  times: LimitTimes,
): DeploymentLimit {
  const before = known ?? { window: times.firstWindow, starting: true, credit: 0, changedAt: now, leases: [] };
  const others = before.leases.filter(({ worker, until }) => worker !== report.worker && until > now);
  const peaks = others.reduce((sum, { peak }) => sum + peak, report.peak);
  const theirs = others.reduce((sum, { held }) => sum + held, 0);
  const learnt =
    report.refused > 0 ? cut(before, report, { peaks, held: theirs }, now) : grown(doubted(before, now), report, peaks);
  const { pausedUntil: _, ...rest } = learnt;
  const pausedUntil = Math.max(before.pausedUntil ?? 0, report.pausedUntil ?? 0);
  const limit: DeploymentLimit = {
    ...rest,
    ...(report.limitRequests === undefined ? {} : { limitRequests: report.limitRequests }),
    ...(pausedUntil > now ? { pausedUntil } : {}),
    changedAt: now,
  };
  const own: SlotLease = {
    worker: report.worker,
    slots: 0,
    held: report.inFlight,
    wanted: report.wanted,
    peak: report.refused > 0 ? (report.accepted ?? report.peak) : report.peak,
    productionShare: report.productionShare,
    until: now + times.leaseMs,
  };
  const window = Math.min(limit.window, capOf(limit, [...others, own]));
  const slots = slotsFor(own, others, Math.max(1, Math.floor(window)));
  const held = Math.max(report.inFlight, slots);
  const keeps = held > 0 || report.wanted > 0;
  return { ...limit, window, leases: keeps ? [...others, { ...own, slots, held }] : others };
}

/** What the deployment takes less what production is left; without end where neither header nor refusal told. */
function capOf({ limitRequests, ceiling }: DeploymentLimit, leases: readonly SlotLease[]): number {
  const share = 1 - Math.max(0, ...leases.map(({ productionShare }) => productionShare));
  const told = (limitRequests ?? Number.POSITIVE_INFINITY) * share;
  // Without a share the window itself keeps below the ceiling, and may try again beyond it.
  return share < 1 && ceiling !== undefined ? Math.min(told, ceiling * share) : told;
}

/** Where the provider counts calls in flight, it takes what it had taken; where it counts a minute's, half is a guess. */
function cut(
  limit: DeploymentLimit,
  report: LimitReport,
  { peaks, held }: { peaks: number; held: number },
  now: number,
): DeploymentLimit {
  const own = report.accepted ?? 0;
  const accepted = peaks - report.peak + own;
  const taken = Math.max(1, peaks / 2, accepted);
  // While all double, the others' last reports tell of half of what they have in flight by now.
  const likely = limit.starting ? Math.max(taken, held + own) : taken;
  const window = Math.max(1, Math.min(limit.window, likely * backOff));
  const sameStorm = now - (limit.cutAt ?? Number.NEGATIVE_INFINITY) < stormMs;
  const tooMany = Math.max(limit.window, sameStorm ? (limit.tooMany ?? 0) : 0);
  return { ...limit, window, ceiling: taken, starting: false, credit: 0, cutAt: now, tooMany };
}

/** More only where what there is was used. */
function grown(limit: DeploymentLimit, { answered }: LimitReport, peaks: number): DeploymentLimit {
  if (peaks < Math.floor(limit.window) * 0.8) return { ...limit, credit: 0 };
  const credit = limit.credit + answered;
  const { window, starting } = limit;
  if (starting) return credit >= window ? { ...limit, window: window * 2, credit: 0 } : { ...limit, credit };
  const round = roundsAProbe * window;
  if (credit < round) return { ...limit, credit };
  const step = Math.max(1, ((limit.tooMany ?? 0) - window) * regainPart);
  return { ...limit, window: window + step, credit: credit - round };
}

function doubted(limit: DeploymentLimit, now: number): DeploymentLimit {
  if (now - limit.changedAt < staleMs && now - (limit.cutAt ?? now) < staleMs) return limit;
  const { ceiling: _, cutAt: __, tooMany: ___, ...rest } = limit;
  return { ...rest, starting: true };
}

/** An equal part for everyone who wants it, what one leaves going to the others; never what another still holds. */
function slotsFor(own: SlotLease, others: readonly SlotLease[], window: number): number {
  const held = others.reduce((sum, lease) => sum + lease.held, 0);
  const asking = [...others, own].sort((a, b) => (a.worker < b.worker ? -1 : 1));
  let left = window;
  let open = asking.filter(({ wanted }) => wanted > 0);
  const parts = new Map<string, number>();
  while (left > 0 && open.length > 0) {
    const part = Math.max(1, Math.floor(left / open.length));
    for (const { worker, wanted } of open) {
      const more = Math.min(part, left, wanted - (parts.get(worker) ?? 0));
      parts.set(worker, (parts.get(worker) ?? 0) + more);
      left -= more;
    }
    open = open.filter(({ worker, wanted }) => wanted > (parts.get(worker) ?? 0));
  }
  return Math.max(0, Math.min(parts.get(own.worker) ?? 0, window - held));
}
