import type { PriceBook } from "../prices/price-book.ts";
import { leastCostOf, mostCostOf } from "./call-cost.ts";
import type { ChatRequest } from "./model-client.ts";

/** A request with how often it will be asked, and how many of those answers are kept already. */
export interface PlannedCalls {
  request: ChatRequest;
  repeats: number;
  kept: number;
}

export interface EstimateOptions {
  prices: PriceBook;
  at: Date;
  /** Calls at a time, in all workers together. */
  concurrency: number;
}

/** What a run will take, before it spends anything. */
export interface RunEstimate {
  /** Calls to be made. */
  calls: number;
  /** Calls that are not made, because their samples are kept. */
  cached: number;
  /** Integer nano-USD of all calls whose price is known: short answers, and the longest possible ones. */
  costNanoUsd: { least: number; most: number };
  /** Deployments without a price, in order; their calls are in no sum, and no cap holds them. */
  unpriced: string[];
  minutes: { least: number; most: number };
}

/** A short answer of a quick model, and a long one of a slow one. */
const callSeconds = { least: 0.5, most: 10 };

/** Pure: what is planned, what is kept, and the prices of a day. */
export function estimateRun(planned: Iterable<PlannedCalls>, options: EstimateOptions): RunEstimate {
  const { prices, at, concurrency } = options;
  let calls = 0;
  let cached = 0;
  const costNanoUsd = { least: 0, most: 0 };
  const unpriced = new Set<string>();
  for (const { request, repeats, kept } of planned) {
    const made = Math.max(0, repeats - kept);
    calls += made;
    cached += repeats - made;
    if (made === 0) continue;
    const least = leastCostOf(request, prices, at);
    const most = mostCostOf(request, prices, at);
    if (least === undefined || most === undefined) unpriced.add(request.deployment);
    else {
      costNanoUsd.least += made * least;
      costNanoUsd.most += made * most;
    }
  }
  const rounds = Math.ceil(calls / Math.max(1, concurrency));
  return {
    calls,
    cached,
    costNanoUsd,
    unpriced: [...unpriced].sort(),
    minutes: { least: (rounds * callSeconds.least) / 60, most: (rounds * callSeconds.most) / 60 },
  };
}

/** One sentence for people: "420 calls (60 more are kept), $0.02 to $1.91, 1 to 9 minutes". */
export function estimateText({ calls, cached, costNanoUsd, unpriced, minutes }: RunEstimate): string {
  const kept = cached > 0 ? ` (${count(cached)} more are kept)` : "";
  if (calls === 0) return `no calls${kept}: every sample is kept`;
  const priced = costNanoUsd.most > 0 ? [`${usd(costNanoUsd.least)} to ${usd(costNanoUsd.most)}`] : [];
  const unknown =
    unpriced.length > 0 ? [`cost unknown for ${unpriced.join(", ")}, which has no price: no cap on cost holds it`] : [];
  const [least, most] = [Math.max(1, Math.round(minutes.least)), Math.max(1, Math.ceil(minutes.most))];
  const time = most === 1 ? "a minute at most" : `${least} to ${most} minutes`;
  return [`${count(calls)} calls${kept}`, ...priced, ...unknown, time].join(", ");
}

function count(value: number): string {
  return value.toLocaleString("en-US");
}

function usd(nano: number): string {
  const dollars = nano / 1e9;
  return `$${dollars >= 0.01 ? dollars.toFixed(2) : dollars.toPrecision(1)}`;
}
