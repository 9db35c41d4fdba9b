import type { Sku } from "../target-port.ts";

/** The most that a deployment was asked for in a minute; what nobody told is absent, and not zero. */
export interface PeakLoad {
  tokens?: number;
  /** Percent of the provisioned units. */
  utilization?: number;
}

export interface LoadMetrics {
  /** Of the platform's metrics, by the minute. @throws where they cannot be read */
  peak(account: string, deployment: string, from: Date, to: Date): Promise<PeakLoad>;
}

/**
 * In the unit of the SKU's capacity: thousands of tokens a minute, or provisioned units [reference: releases §1a]. A peak of
 * what provisioned units carry says nothing of tokens, and the other way round.
 */
export function peakInCapacity({ tokens, utilization }: PeakLoad, { name, capacity }: Sku): number | undefined {
  if (/provisioned/i.test(name)) return utilization === undefined ? undefined : (utilization / 100) * capacity;
  return tokens === undefined ? undefined : tokens / 1000;
}

/** What stands by has to carry everything that comes back to it, and a fifth more [reference: releases §3.6]. */
export function neededCapacity(peak: number): number {
  // In one division, so that 60 is enough for 50 whatever the last digit of 1.2.
  return (peak * 6) / 5;
}
