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

/** Shares a deployment's limit among all that call it; one a process, for all of its runs. */
export interface Limiter {
  /** Waits for a place; undefined where none comes free before `until`. */
  acquire(deployment: string, until?: Date): Promise<Slot | undefined>;
  /** Gives back what this process holds, before it ends. */
  close(): Promise<void>;
}
