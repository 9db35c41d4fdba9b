import type { ArmWindow } from "../../src/shared/releases/watch/arm-window.ts";
import type { Random } from "../../src/shared/statistics/random.ts";

/** How a minute's errors come: a ratio that wanders from minute to minute, or errors that come in twos. */
export type Clusters = "wandering" | "pairs";

export interface World {
  random: Random;
  /** Errors per request, on average over the day. */
  ratio: number;
  /** At the day's peak. */
  requestsPerSecond: number;
  clusters: Clusters;
  /** Traffic between a fifth of the peak and the peak over a day, and the ratio a fifth up and down. */
  swing: boolean;
  /** Whether minutes go missing, one to ten at a time. */
  gaps: boolean;
}

const dayMinutes = 1440;
const gapStarts = 1 / 200;
const longestGap = 10;
/** Share of requests that are refused or filtered. */
const throttledShare = 0.002;
const blockedShare = 0.001;

/** Minutes of one arm's windows; `fault(minute)` times the ratio and the latency of that minute. */
export function armWindows(
  world: World,
  arm: string,
  {
    first,
    minutes,
    share = 1,
    ratioOf,
  }: { first: number; minutes: number; share?: number; ratioOf?: (i: number) => number },
): ArmWindow[] {
  let missing = 0;
  return Array.from({ length: minutes }, (_, i) => {
    const minute = first + i;
    const window: ArmWindow = { arm, from: timeOf(minute), to: timeOf(minute + 1) };
    if (world.gaps && missing === 0 && world.random() < gapStarts)
      missing = 1 + Math.floor(world.random() * longestGap);
    if (missing > 0) {
      missing -= 1;
      return window;
    }
    const phase = world.swing ? Math.sin((2 * Math.PI * minute) / dayMinutes) : 0;
    const load = world.swing ? 0.6 + 0.4 * phase : 1;
    const ratio = ratioOf ? ratioOf(i) : world.ratio * (1 + 0.2 * phase);
    const requests = poisson(world.random, world.requestsPerSecond * 60 * share * load);
    window.requests = requests;
    window.failed = clustered(world, requests, ratio);
    window.throttled = clustered(world, requests, throttledShare);
    window.safetyBlocked = clustered(world, requests, blockedShare);
    window.latencyP95Ms = 1200 * (1 + 0.2 * phase) * Math.exp(0.12 * normal(world.random));
    window.costNanoUsd = Math.round(requests * 400_000 * Math.exp(0.05 * normal(world.random)));
    return window;
  });
}

const times = new Map<number, string>();

function timeOf(minute: number): string {
  const kept = times.get(minute);
  if (kept) return kept;
  const text = new Date(Date.UTC(2026, 0, 1) + minute * 60_000).toISOString();
  times.set(minute, text);
  return text;
}

/** A count with twice the binomial's variance. */
export function clustered({ random, clusters }: Pick<World, "random" | "clusters">, n: number, p: number): number {
  if (n < 4) return binomial(random, n, p);
  if (clusters === "pairs") return 2 * binomial(random, Math.floor(n / 2), p) + (n % 2 === 1 && random() < p ? 1 : 0);
  // Beta(a, b) with a + b = n - 2 makes the variance n p (1 - p) (1 + (n - 1) / (a + b + 1)) = 2 n p (1 - p).
  const a = gamma(random, p * (n - 2));
  const b = gamma(random, (1 - p) * (n - 2));
  return binomial(random, n, a / (a + b));
}

/** Jumps from success to success. */
function binomial(random: Random, n: number, p: number): number {
  if (p <= 0 || n <= 0) return 0;
  if (p > 0.5) return n - binomial(random, n, 1 - p);
  const scale = 1 / Math.log1p(-p);
  let hits = 0;
  for (let at = Math.floor(Math.log(1 - random()) * scale); at < n; hits++) {
    at += 1 + Math.floor(Math.log(1 - random()) * scale);
  }
  return hits;
}

/** Of a mean so large that the normal serves, else by products. */
function poisson(random: Random, mean: number): number {
  if (mean > 60) return Math.max(0, Math.round(mean + Math.sqrt(mean) * normal(random)));
  const limit = Math.exp(-mean);
  let count = 0;
  for (let product = random(); product > limit; count++) product *= random();
  return count;
}

function normal(random: Random): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

/** Source: Marsaglia & Tsang 2000. */
function gamma(random: Random, shape: number): number {
  if (shape < 1) return gamma(random, shape + 1) * random() ** (1 / shape);
  const d = shape - 1 / 3;
  const c = 1 / Math.sqrt(9 * d);
  for (;;) {
    const x = normal(random);
    const v = (1 + c * x) ** 3;
    if (v > 0 && Math.log(1 - random()) < (x * x) / 2 + d - d * v + d * Math.log(v)) return d * v;
  }
}
