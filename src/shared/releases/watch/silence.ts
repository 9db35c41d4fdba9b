import type { WatchRules } from "../../repository/watch-rules.ts";
import type { ArmWindow } from "./arm-window.ts";
import { leastBaseline } from "./belief.ts";
import { remembered } from "./remembered-baseline.ts";

/** Share of the same hour's requests below which a watch has gone silent. */
const silentShare = 0.1;

/** Requests of all arms that stopped coming, told in words; undefined where they come or where nothing says how many should. */
export function silenceOf(
  { minimumSamples, windows: { of } }: WatchRules,
  ordered: readonly ArmWindow[],
  baseline: readonly ArmWindow[],
): string | undefined {
  const usual = remembered(baseline, silenceOf, () => perWindow(baseline));
  if (usual.windows < leastBaseline || ordered.length === 0) return undefined;
  const starts = new Set<string>();
  let heard: number | undefined;
  for (const { from, requests } of ordered.toReversed()) {
    if (!starts.has(from) && starts.size === of) break;
    starts.add(from);
    if (requests !== undefined) heard = (heard ?? 0) + requests;
  }
  const expected = usual.mean * starts.size;
  if (expected < minimumSamples || (heard ?? 0) >= silentShare * expected) return undefined;
  const seen = heard === undefined ? "nothing was told" : `${heard} requests`;
  return `silence: ${seen} in ${starts.size} windows, about ${Math.round(expected)} at the same hour`;
}

function perWindow(baseline: readonly ArmWindow[]): { mean: number; windows: number } {
  let requests = 0;
  const starts = new Set<string>();
  for (const window of baseline) {
    if (window.requests === undefined) continue;
    requests += window.requests;
    starts.add(window.from);
  }
  return { mean: starts.size === 0 ? 0 : requests / starts.size, windows: starts.size };
}
