import { mostCostOf } from "../evals/call-cost.ts";
import type { RunPorts } from "../evals/run-cases.ts";
import type { CallLimits, Shard } from "../evals/shard.ts";
import { type CappedScope, createSpendCap } from "../evals/spend.ts";
import { pricedAs } from "../prices/priced-as.ts";
import type { GatePorts } from "./ports.ts";

/** Where no policy can be read. */
const unreadable: CallLimits = { productionShare: 0.5 };

/** What holds a shard's calls back: the deployment's limit, which all workers share, and the caps of policy and suite. */
export async function callLimits(
  repositoryId: number,
  shard: Shard,
  worker: string,
  ports: GatePorts,
): Promise<Pick<RunPorts, "limiter" | "spend" | "mostOf">> {
  const { productionShare, maxCostUsdPerRun, maxCostUsdPerDay } = shard.limits ?? unreadable;
  const { clock } = ports;
  const prices = pricedAs(ports.prices, [shard]);
  const day = clock.now().toISOString().slice(0, 10);
  const scopes = [
    scopeOf(`run:${shard.runId}`, maxCostUsdPerRun, "a run"),
    scopeOf(`day:${day}`, maxCostUsdPerDay, "a day"),
  ].flat();
  return {
    limiter: (await ports.limiters()).leaving(productionShare),
    mostOf: (request) => mostCostOf(request, prices, clock.now()),
    ...(scopes.length > 0 ? { spend: createSpendCap(ports.spendStore(repositoryId), { worker, clock, scopes }) } : {}),
  };
}

function scopeOf(scope: string, usd: number | undefined, what: string): CappedScope[] {
  if (usd === undefined) return [];
  const says = `the cap of $${usd} for ${what} leaves no room for another call; what ran is kept`;
  return [{ scope, capNanoUsd: Math.round(usd * 1e9), says }];
}
