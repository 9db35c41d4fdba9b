import { DeploymentLimit } from "../evals/limits/deployment-limit.ts";
import type { LimitStore } from "../evals/limits/leased-limiter.ts";
import type { SpendStore } from "../evals/spend.ts";
import { SpendState } from "../evals/spend-state.ts";
import { createFileStates } from "./file-states.ts";

/**
 * What is known of deployments, for all processes of one checkout. Where nobody was ever refused, a window is only what an
 * earlier run had asked for: the next one asks for its own.
 */
export function createLocalLimitStore(folder: string, concurrency: number): LimitStore {
  const states = createFileStates(folder, (stored) => DeploymentLimit.safeParse(stored).data);
  return {
    change: (deployment, next) =>
      states.change(deployment, (known) => next(known && { ...known, window: windowOf(known, concurrency) })),
  };
}

function windowOf({ window, starting, cutAt, leases }: DeploymentLimit, concurrency: number): number {
  if (!starting || cutAt !== undefined) return window;
  return Math.max(window, leases.reduce((sum, { held }) => sum + held, 0) + concurrency);
}

/** What a checkout spent, by run and day. */
export function createLocalSpendStore(folder: string): SpendStore {
  return createFileStates(folder, (stored) => SpendState.safeParse(stored).data);
}
