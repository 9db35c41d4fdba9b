import type { Clock } from "../../clock.ts";
import { type DeploymentLimit, type LimitReport, type LimitTimes, takeReport } from "./deployment-limit.ts";
import type { CallOutcome, Limiters, Slot } from "./limiter.ts";
import { createRateWatch } from "./rate-watch.ts";

/** Where what is known of a deployment is kept: in memory, or where all workers see it. */
export interface LimitStore {
  /** Computes anew from what is stored until nobody else wrote in between. */
  change(deployment: string, next: (known: DeploymentLimit | undefined) => DeploymentLimit): Promise<DeploymentLimit>;
}

export interface LeasedLimiterOptions extends LimitTimes {
  /** Of this process; unique. */
  worker: string;
  clock: Clock;
  /** Between two reports of a deployment in use; a quarter of it while it is found out how much the deployment takes. */
  reportMs: number;
  /** Told where the store cannot be reached; calls wait once the lease is over. */
  failed?(deployment: string, thrown: unknown): void;
}

/** Times of a limit that workers share: the places of a killed one are back before its work is taken up. */
export function leaseTimes(overdueMs: number): Pick<LeasedLimiterOptions, "leaseMs" | "reportMs" | "firstWindow"> {
  const leaseMs = Math.min(mostLeaseMs, overdueMs);
  return { leaseMs, reportMs: leaseMs / 5, firstWindow };
}

const mostLeaseMs = 10_000;
/** Calls at a time that a deployment gets of which nothing is known; doubled every half second while it takes them. */
const firstWindow = 8;

/**
 * Leases places in blocks: a report tells what this process saw and renews its lease, and the calls in between cost the
 * store nothing. A place is in use from before the request to after the answer, so all workers together never have more in
 * flight than the leases that stand.
 */
export function createLeasedLimiters(store: LimitStore, options: LeasedLimiterOptions): Limiters {
  const open = new Map<string, Deployment>();
  const deploymentOf = (name: string) => {
    const deployment = open.get(name) ?? openDeployment(name, store, options);
    open.set(name, deployment);
    return deployment;
  };
  return {
    leaving: (share) => ({ acquire: (name, until) => deploymentOf(name).acquire(share, until) }),
    close: async () => void (await Promise.all([...open.values()].map((deployment) => deployment.close()))),
  };
}

interface Deployment {
  acquire(productionShare: number, until?: Date): Promise<Slot | undefined>;
  close(): Promise<void>;
}

interface UnderWay {
  begun: number;
  /** The most calls that were under way at a time while this one was. */
  inFlight: number;
}

interface Seen {
  peak: number;
  answered: number;
  refused: number;
  /** In flight when the provider refused more. */
  accepted?: number;
  limitRequests?: number;
}

function openDeployment(name: string, store: LimitStore, options: LeasedLimiterOptions): Deployment {
  const { clock, worker } = options;
  const watch = createRateWatch();
  const now = () => clock.now().getTime();
  const waiting = new Set<(slot: Slot | undefined) => void>();
  const underWay = new Set<UnderWay>();
  let inFlight = 0;
  let share = 0;
  let slots = 0;
  let leaseUntil = 0;
  let pausedUntil = 0;
  let cutAt = 0;
  let starting = true;
  /** Places are on their way to another worker, who gets them once they are reported free. */
  let shrinking = false;
  let refusedInARow = 0;
  let lowestTold = Number.POSITIVE_INFINITY;
  let seen: Seen = { peak: 0, answered: 0, refused: 0 };
  let reporting: Promise<void> | undefined;
  let closing = false;
  let nudge = new AbortController();

  function startWaiting(): void {
    for (const take of waiting) {
      if (inFlight >= slots || now() >= leaseUntil || now() < pausedUntil) break;
      waiting.delete(take);
      inFlight++;
      seen.peak = Math.max(seen.peak, inFlight);
      take(slotOf(now()));
    }
    if (waiting.size > 0 && !closing) reporting ??= keepReporting();
  }

  function slotOf(begun: number): Slot {
    const call = { begun, inFlight };
    underWay.add(call);
    for (const other of underWay) other.inFlight = Math.max(other.inFlight, inFlight);
    return {
      release(outcome) {
        inFlight--;
        underWay.delete(call);
        notice(outcome, call);
        startWaiting();
      },
    };
  }

  function notice({ kind, rate, retryAfterMs = 0 }: CallOutcome, call: UnderWay): void {
    if (rate?.limitRequests !== undefined) {
      seen.limitRequests = rate.limitRequests;
      // Until it is reported, production's part is in use.
      if (rate.limitRequests < lowestTold && rate.limitRequests * (1 - share) < slots) nudge.abort();
      lowestTold = Math.min(lowestTold, rate.limitRequests);
    }
    if (kind === "answered") {
      seen.answered++;
      refusedInARow = 0;
      const pause = rate ? watch.pauseAfter(rate, share, now(), call.inFlight) : 0;
      if (pause > 0) pausedUntil = Math.max(pausedUntil, now() + pause);
    } else if (kind === "rateLimited") {
      // One refusal among answers is a probe that went too far; a second in a row means that nothing is taken now.
      if (++refusedInARow > 1) pausedUntil = Math.max(pausedUntil, now() + retryAfterMs);
      if (call.begun < cutAt) return;
      seen.refused++;
      seen.accepted = Math.min(seen.accepted ?? inFlight, inFlight);
      // Until the store answers: what was refused would be refused again at once.
      slots = Math.min(slots, Math.max(1, inFlight));
      nudge.abort();
    }
  }

  async function keepReporting(): Promise<void> {
    // In one go: all that begin together make one report.
    await Promise.resolve();
    do {
      await report();
      startWaiting();
      await pauseBetween();
      // A place that was used since the last report is kept: its run is storing what came.
    } while (!closing && (waiting.size > 0 || inFlight > 0 || seen.peak > 0));
    await report();
    reporting = undefined;
    startWaiting();
  }

  /** Until the next report is due, a refusal tells something new, or a pause is over. */
  async function pauseBetween(): Promise<void> {
    if (closing) return;
    nudge = new AbortController();
    const due = starting || shrinking || slots === 0 ? options.reportMs / 4 : options.reportMs;
    const paused = pausedUntil - now();
    await clock.sleep(paused > 0 ? Math.min(due, paused) : due, nudge.signal).catch(() => undefined);
    startWaiting();
    // Refusals come in groups.
    if (nudge.signal.aborted && !closing) await clock.sleep(options.reportMs / 20);
  }

  async function report(): Promise<void> {
    const told = seen;
    const before = slots;
    seen = { peak: inFlight, answered: 0, refused: 0 };
    // What may be in flight when the store answers, whatever it grants; beyond that nothing begins meanwhile.
    const held = waiting.size > 0 ? Math.max(inFlight, slots) : inFlight;
    slots = held;
    const said: LimitReport = {
      ...told,
      worker,
      wanted: closing ? inFlight : inFlight + waiting.size,
      inFlight: held,
      productionShare: share,
      ...(pausedUntil > now() ? { pausedUntil } : {}),
    };
    try {
      const limit = await store.change(name, (known) => takeReport(known, said, now(), options));
      const own = limit.leases.find((lease) => lease.worker === worker);
      slots = own?.slots ?? 0;
      shrinking = slots < held;
      leaseUntil = own?.until ?? 0;
      pausedUntil = Math.max(pausedUntil, limit.pausedUntil ?? 0);
      cutAt = limit.cutAt ?? 0;
      starting = limit.starting;
    } catch (thrown) {
      slots = before;
      seen = { ...told, peak: Math.max(told.peak, seen.peak), answered: told.answered + seen.answered };
      options.failed?.(name, thrown);
    }
  }

  return {
    acquire(productionShare, until) {
      share = productionShare;
      return new Promise((resolve) => {
        let over: AbortController | undefined;
        let taken = false;
        const take = (slot: Slot | undefined) => {
          taken = true;
          // A reason of its own: making the default one costs more than all the rest.
          over?.abort("taken");
          resolve(slot);
        };
        waiting.add(take);
        startWaiting();
        if (taken || !until) return;
        over = new AbortController();
        const giveUp = () => {
          waiting.delete(take);
          resolve(undefined);
        };
        clock.sleep(Math.max(0, until.getTime() - now()), over.signal).then(giveUp, () => undefined);
      });
    },
    async close() {
      closing = true;
      nudge.abort();
      await reporting;
    },
  };
}
