import { normalQuantile } from "../statistics/normal.ts";
import type { Units } from "../statistics/units.ts";
import type { MetricComparison } from "./comparison.ts";
import { POWER } from "./levels.ts";

/** What a sample size can see; every value in the metric's unit, `spread` per unit (case or cluster). */
export interface Sensitivity {
  units: number;
  /** Standard deviation of a unit's difference. */
  spread: number;
  /** Width of the score's range (1 for fractions); 0 for unbounded numbers. */
  range: number;
}

/**
 * The margin at which a change that changes nothing passes with probability `power`, at one-sided `level`: the unlucky
 * draw plus the score bound on top of it. The term z²/2n is what cases that were never seen to fail could still hide
 * (three in a hundred for n = 100). Source: Tango's bound solved for few discordant pairs; see docs/statistics.md.
 */
export function reachableMargin({ units, spread, range }: Sensitivity, level: number, power: number): number {
  const z = normalQuantile(level);
  const unlucky = (normalQuantile(power) * spread) / Math.sqrt(units);
  const unseen = (z * z * range) / (2 * units);
  return unlucky + unseen + z * Math.sqrt((spread * spread) / units + (unseen * unseen) / (z * z));
}

/** Units at which a margin is reachable; undefined above a million. */
export function unitsForMargin(
  margin: number,
  { spread, range }: Omit<Sensitivity, "units">,
  level: number,
  power = POWER,
): number | undefined {
  let [low, high] = [1, 1_000_000];
  if (margin <= 0 || reachableMargin({ units: high, spread, range }, level, power) > margin) return undefined;
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (reachableMargin({ units: middle, spread, range }, level, power) <= margin) high = middle;
    else low = middle;
  }
  return high;
}

/**
 * The smallest true loss that is found in `POWER` of runs: significant at one-sided `level` and, as estimated, beyond
 * `margin`. Source: Miller, arXiv 2411.00640, eq. 10, one-sided.
 */
export function minimalDetectableEffect(units: number, spread: number, level: number, margin: number): number {
  const error = spread / Math.sqrt(units);
  const zPower = normalQuantile(POWER);
  return Math.max((normalQuantile(1 - level) + zPower) * error, margin + zPower * error);
}

/** Units at which a true loss of `loss`, more than `margin`, would be found in `POWER` of runs. */
export function unitsForLoss(loss: number, margin: number, spread: number, level: number): number | undefined {
  if (loss <= margin) return undefined;
  const zPower = normalQuantile(POWER);
  const significant = ((normalQuantile(1 - level) + zPower) * spread) / loss;
  const beyond = (zPower * spread) / (loss - margin);
  const units = Math.ceil(Math.max(significant, beyond) ** 2);
  return units > 1_000_000 ? undefined : units;
}

/** Standard deviation of the units with one further unit that changed by the whole range of a bounded score: ties never mean certainty. */
export function plannedSpread(metric: MetricComparison, units: Units): number {
  const squares = units.total.reduce((sum, x, i) => sum + (x - units.mean * (units.size[i] ?? 1)) ** 2, 0);
  const extra = metric.scale === "number" ? 0 : 1;
  return Math.sqrt((squares + extra) / (units.total.length + extra));
}
