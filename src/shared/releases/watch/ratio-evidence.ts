import {
  betaBinomialLogRatio,
  clusterConcentration,
  countDispersion,
  logRising,
} from "../../statistics/beta-binomial.ts";
import { wilson } from "../../statistics/proportion.ts";
import { leastBaseline } from "./belief.ts";

/** A share that is still no change, and how much more its counts vary than a binomial's. */
export interface RatioReference {
  /** The largest share that the baseline and the rule leave possible. */
  limit: number;
  dispersion: number;
}

/** How much worse than the reference: evidence is averaged over them, so no size of fault is missed. */
const alternatives = [1.5, 3, 8];
const largestShare = 0.95;
export const largestLimit = 0.9;
/** Errors come in clusters even where few windows show it. */
const priorDispersion = 2;
const priorWindows = 20;
const leastDispersion = 1.2;
/** Largest log likelihood ratio of one window, for doubles. */
const largestLog = 60;

/** @returns undefined where the baseline is under an hour of windows or tells nothing of the metric */
export function ratioBaseline(
  counts: readonly { k: number; n: number }[],
  { ratio, floor }: { ratio: number; floor: number },
): RatioReference | undefined {
  if (counts.length < leastBaseline) return undefined;
  let [events, trials] = [0, 0];
  for (const { k, n } of counts) {
    events += k;
    trials += n;
  }
  const dispersion = dispersionOf(counts);
  const high = wilson(events / dispersion, trials / dispersion, 0.9).high;
  return { limit: Math.min(largestLimit, Math.max(floor, high * ratio)), dispersion };
}

/** On the side of more variance: what so few windows leave possible. */
export function dispersionOf(counts: readonly { k: number; n: number }[]): number {
  const estimate = countDispersion(counts, priorDispersion, priorWindows);
  return Math.max(leastDispersion, estimate * (1 + Math.sqrt(2 / (counts.length + priorWindows))));
}

/** Likelihood ratios of one window's count, an alternative each, against a share. */
export function ratioEvidence(k: number, n: number, { limit, dispersion }: RatioReference): number[] {
  const total = clusterConcentration(n, dispersion);
  const seen = Math.min(k, n);
  const likelihood = (share: number) => logRising(share * total, seen) + logRising((1 - share) * total, n - seen);
  const none = likelihood(limit);
  return alternatives.map((times) => bounded(likelihood(Math.min(largestShare, limit * times)) - none));
}

/**
 * The same against the other arm's count of the same minute: of all events of both, how many fell on this arm. What hits both
 * arms cancels. `share`: of events in either arm. Ratios that wander make the split a beta-binomial, events that come in
 * packets a binomial of packets; nobody knows which it is, so the evidence is the lesser, which is valid for both.
 */
export function splitEvidence(
  own: { k: number; n: number },
  other: { k: number; n: number },
  { share, ratio, dispersion }: { share: number; ratio: number; dispersion: number },
): number[] {
  const clusters = dispersion - 1;
  const a = (own.n * share * ratio) / clusters;
  const b = (other.n * share) / clusters;
  const part = a / (a + b);
  const both = own.k + other.k;
  return alternatives.map((times) => {
    const wandering = betaBinomialLogRatio(own.k, both, [a * times, b], [a, b]);
    const worse = (a * times) / (a * times + b);
    const packets = (own.k * Math.log(worse / part) + other.k * Math.log((1 - worse) / (1 - part))) / dispersion;
    return bounded(Math.min(wandering, packets));
  });
}

function bounded(log: number): number {
  return Math.exp(Math.min(largestLog, Math.max(-largestLog, log)));
}
