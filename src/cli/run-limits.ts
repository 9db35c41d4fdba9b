import { systemClock } from "../shared/clock.ts";
import { mostCostOf } from "../shared/evals/call-cost.ts";
import { createLeasedLimiters } from "../shared/evals/limits/leased-limiter.ts";
import type { RunPorts } from "../shared/evals/run-cases.ts";
import type { CallLimits } from "../shared/evals/shard.ts";
import { createMemorySpendStore, createSpendCap } from "../shared/evals/spend.ts";
import type { LocalServices } from "../shared/services/local-services.ts";
import type { Endpoint } from "./endpoint.ts";

export interface HeldRun {
  ports: Pick<RunPorts, "limiter" | "spend" | "mostOf">;
  /** Gives back places and money that are not in use. */
  close(): Promise<void>;
}

/** Where the policy says nothing. */
const defaultShare = 0.5;

/**
 * What holds a run's calls back, beside `--concurrency`: what the deployments' headers and refusals tell, less production's
 * share, and the policy's caps. Processes of one checkout share what they learn and spend.
 */
export function holdRun(
  runId: string,
  limits: CallLimits | undefined,
  { limitStore, spendStore, prices }: LocalServices,
  { concurrency, productionShare }: Endpoint,
): HeldRun {
  const worker = `${runId}-${process.pid}`;
  const limiters = createLeasedLimiters(limitStore, {
    worker,
    clock: systemClock,
    reportMs: 2000,
    leaseMs: 10_000,
    firstWindow: concurrency,
  });
  const day = new Date().toISOString().slice(0, 10);
  const scopes = [
    scopeOf(`run:${runId}`, "caps.maxCostUsdPerRun", limits?.maxCostUsdPerRun, "another call"),
    scopeOf(`day:${day}`, "caps.maxCostUsdPerDay", limits?.maxCostUsdPerDay, "another call of this checkout today"),
  ].flat();
  const own = createMemorySpendStore();
  const store = {
    change: (scope: string, next: Parameters<typeof own.change>[1]) =>
      (scope.startsWith("day:") ? spendStore : own).change(scope, next),
  };
  const cap = scopes.length > 0 ? createSpendCap(store, { worker, clock: systemClock, scopes }) : undefined;
  return {
    ports: {
      limiter: limiters.leaving(productionShare ?? limits?.productionShare ?? defaultShare),
      mostOf: (request) => mostCostOf(request, prices, systemClock.now()),
      // Extensions go on with what the first calls left: it is closed with the run.
      ...(cap ? { spend: { reserve: cap.reserve, close: async () => {} } } : {}),
    },
    async close() {
      await Promise.all([limiters.close(), cap?.close()]);
    },
  };
}

function scopeOf(scope: string, key: string, usd: number | undefined, what: string) {
  if (usd === undefined) return [];
  const says = `${key} of assay.yaml ($${usd}) leaves no room for ${what}; what ran is kept`;
  return [{ scope, capNanoUsd: Math.round(usd * 1e9), says }];
}
