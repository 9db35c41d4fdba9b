import type { WatchMetric } from "../../repository/watch-rules.ts";
import type { ArmWindow } from "./arm-window.ts";

/** The counts that the ratios are made of; the other metrics are levels. */
const counted = {
  errorRatio: "failed",
  throttledRatio: "throttled",
  safetyBlockedRatio: "safetyBlocked",
} as const satisfies Partial<Record<WatchMetric, keyof ArmWindow>>;

type Ratio = keyof typeof counted;

export function isRatio(metric: WatchMetric): metric is Ratio {
  return metric in counted;
}

/** A window's count of a ratio; undefined where it, or the requests, were not told. */
export function countOf(window: ArmWindow, metric: WatchMetric): { k: number; n: number } | undefined {
  const k = isRatio(metric) ? window[counted[metric]] : undefined;
  return k === undefined || !window.requests ? undefined : { k: Math.min(k, window.requests), n: window.requests };
}

/** A window's level: milliseconds, or nano-USD a request. */
export function levelOf(window: ArmWindow, metric: WatchMetric): number | undefined {
  if (metric === "latencyP95Ms" || metric === "latencyMeanMs") return window[metric];
  if (metric !== "costNanoUsdPerRequest" || window.costNanoUsd === undefined || !window.requests) return undefined;
  return window.costNanoUsd / window.requests;
}
