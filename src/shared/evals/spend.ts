/** Money set aside for one call before it is made. */
export interface Reservation {
  /** Once, when the call is over: integer nano-USD; undefined where the price or the usage is unknown. */
  settle(costNanoUsd: number | undefined): void;
}

/** The caps on what a run, and a repository in a day, may cost; checked before a call is made. */
export interface SpendCap {
  /** `capped`: what is left does not pay for this call; with the reason, as a sentence. */
  reserve(mostNanoUsd: number): Promise<Reservation | { capped: string }>;
  /** Gives back what was set aside and not spent. */
  close(): Promise<void>;
}
