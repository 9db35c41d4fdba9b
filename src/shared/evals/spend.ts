import type { Clock } from "../clock.ts";
import { type SpendState, takeClaim } from "./spend-state.ts";

/** Money set aside for one call before it is made. */
export interface Reservation {
  /** Once, when the call is over: integer nano-USD; undefined where what it cost is unknown, and all of it counts. */
  settle(costNanoUsd: number | undefined): void;
}

/** The caps on what a run, and a repository in a day, may cost; asked before a call is made. */
export interface SpendCap {
  /** `capped`: what is left does not pay for this call; with the reason, as a sentence. */
  reserve(mostNanoUsd: number): Promise<Reservation | { capped: string }>;
  /** Gives back what was set aside and not spent. */
  close(): Promise<void>;
}

/** Where the states of caps are kept: in memory, or where all workers see them. */
export interface SpendStore {
  /** Computes anew from what is stored until nobody else wrote in between. */
  change(scope: string, next: (known: SpendState | undefined) => SpendState): Promise<SpendState>;
}

export interface CappedScope {
  /** `run:<id>` or `day:<yyyy-mm-dd>`. */
  scope: string;
  capNanoUsd: number;
  /** Completes "no more calls: …". */
  says: string;
}

export interface SpendOptions {
  /** Unique among all that spend from these scopes. */
  worker: string;
  clock: Clock;
  scopes: readonly CappedScope[];
}

/** Calls for which money is set aside at a time: the store is asked once for so many. */
const callsABlock = 16;
const leaseMs = 900_000;

/** Sets money aside in blocks, pays calls out of them, and gives back what is left. */
export function createSpendCap(store: SpendStore, { worker, clock, scopes }: SpendOptions): SpendCap {
  const purses = scopes.map((scope) => ({ ...scope, left: 0, promised: 0, spent: 0 }));
  type Purse = (typeof purses)[number];
  let filling = Promise.resolve();
  let settled = Promise.withResolvers<void>();

  async function claim(purse: Purse, least: number, wanted: number): Promise<void> {
    const said = { worker, spent: purse.spent, keep: purse.promised + (wanted > 0 ? purse.left : 0), least, wanted };
    const state = await store.change(purse.scope, (known) =>
      takeClaim(known, said, purse.capNanoUsd, clock.now().getTime(), leaseMs),
    );
    const own = state.reserved.find((reservation) => reservation.worker === worker)?.nanoUsd ?? 0;
    purse.left = own - said.keep + (wanted > 0 ? purse.left : 0);
    purse.spent -= said.spent;
  }

  /** One after the other: two that find a purse empty must not both fill it. */
  function inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = filling.then(work);
    filling = turn.then(
      () => undefined,
      () => undefined,
    );
    return turn;
  }

  async function fill(most: number): Promise<Purse | undefined> {
    for (const purse of purses) {
      if (purse.left < most) await claim(purse, most - purse.left, most * callsABlock - purse.left);
      if (purse.left < most) return purse;
    }
    return undefined;
  }

  function promise(most: number): Reservation {
    for (const purse of purses) {
      purse.left -= most;
      purse.promised += most;
    }
    return {
      settle(cost = most) {
        for (const purse of purses) {
          purse.promised -= most;
          purse.spent += cost;
          purse.left += most - cost;
        }
        settled.resolve();
        settled = Promise.withResolvers();
      },
    };
  }

  return {
    reserve: (most) =>
      inTurn(async () => {
        for (;;) {
          const empty = await fill(most);
          if (!empty) return promise(most);
          // Calls cost less than what is set aside for them: those under way may leave enough.
          if (empty.promised === 0) return { capped: empty.says };
          await settled.promise;
        }
      }),
    close: () =>
      inTurn(async () => {
        for (const purse of purses) await claim(purse, Number.POSITIVE_INFINITY, 0);
      }),
  };
}

/** For one process alone. */
export function createMemorySpendStore(): SpendStore {
  const known = new Map<string, SpendState>();
  return {
    async change(scope, next) {
      const state = next(known.get(scope));
      known.set(scope, state);
      return state;
    },
  };
}
