/** What a provider says of a deployment's limit in an answer's headers; absent is unknown. */
export interface RateHeaders {
  limitRequests?: number;
  remainingRequests?: number;
  limitTokens?: number;
  remainingTokens?: number;
  /** Until the limit that is nearest to its end is whole again. */
  resetMs?: number;
}

/** What came of a call, as far as the deployment's limit is concerned. */
export interface CallOutcome {
  kind: "answered" | "rateLimited" | "failed";
  retryAfterMs?: number;
  rate?: RateHeaders;
}

/** One call's place in what a deployment takes at a time. */
export interface Slot {
  /** Once, when the call is over. */
  release(outcome: CallOutcome): void;
}

/** A run's way to the deployments that it shares with others. */
export interface Limiter {
  /** Waits for a place; undefined where none comes free before `until`. */
  acquire(deployment: string, until?: Date): Promise<Slot | undefined>;
}

/** All limiters of a process. */
export interface Limiters {
  /** A limiter that leaves this share (0 to 1) of each deployment's limit to production. */
  leaving(productionShare: number): Limiter;
  /** Gives back every place that is not in use. */
  close(): Promise<void>;
}
