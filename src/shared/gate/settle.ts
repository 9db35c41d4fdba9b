import { extentOf } from "../statistics/extent.ts";
import type { MeasuredMetric } from "./measured-metric.ts";
import { plannedSpread, unitsForLoss, unitsForMargin } from "./needed.ts";

/** Above this many repeats the answer is "more cases". */
const MOST_REPEATS = 100;

/**
 * How many cases, or how many repeats of these cases, would settle an inconclusive comparison in four of five runs, if
 * spread stays as it is. A loss that chance explains is taken for none; a larger one for real.
 */
export function whatWouldSettle(
  measured: MeasuredMetric,
  levels: { block: number; pass: number },
): { casesNeeded?: number; repeatsNeeded?: number } {
  const { metric, loss, margin, cases } = measured;
  if (!loss || margin === undefined) return {};
  const units = loss.units.total.length;
  const range = metric.scale === "number" ? 0 : 1;
  const spread = plannedSpread(metric, loss.units);
  const observed = -loss.result.difference;
  const likelyLoss = observed > 1.645 * (spread / Math.sqrt(units)) ? observed : 0;
  const unitsAt = (sd: number): number | undefined =>
    likelyLoss > margin
      ? unitsForLoss(likelyLoss, margin, sd, levels.block)
      : unitsForMargin(margin - likelyLoss, { spread: sd, range }, levels.pass);
  const needed = unitsAt(spread);
  const casesNeeded = needed === undefined ? undefined : Math.ceil((needed * cases.paired.length) / units);
  const [, repeats] = extentOf(cases.paired.map(({ scores }) => scores.head.length));
  const noise = Math.min(spread ** 2, repeatNoise(measured) ?? spread ** 2);
  const repeatsNeeded = wholeNumbers(repeats + 1, MOST_REPEATS).find((k) => {
    const enough = unitsAt(Math.sqrt(spread ** 2 - noise + (noise * repeats) / k));
    return enough !== undefined && enough <= units;
  });
  return {
    ...(casesNeeded !== undefined && casesNeeded > cases.paired.length ? { casesNeeded } : {}),
    ...(repeatsNeeded === undefined ? {} : { repeatsNeeded }),
  };
}

function wholeNumbers(from: number, to: number): number[] {
  return Array.from({ length: Math.max(0, to - from + 1) }, (_, i) => from + i);
}

/**
 * The part of the variance of a case's difference that repeats would shrink: the variance among repeats over their
 * number, both sides added. Undefined where no case has two repeats: then all of it may be noise.
 */
function repeatNoise({ cases }: Pick<MeasuredMetric, "cases">): number | undefined {
  const perCase = cases.paired.flatMap(({ scores }) => {
    if (scores.unchanged) return [0];
    const [base, head] = [sampleVariance(scores.base), sampleVariance(scores.head)];
    if (base === undefined || head === undefined) return [];
    return [base / scores.base.length + head / scores.head.length];
  });
  return perCase.length === 0 ? undefined : perCase.reduce((sum, v) => sum + v, 0) / perCase.length;
}

function sampleVariance(scores: (number | null)[]): number | undefined {
  const values = scores.map(Number);
  if (values.length < 2) return undefined;
  const mean = values.reduce((sum, v) => sum + v, 0) / values.length;
  return values.reduce((sum, v) => sum + (v - mean) ** 2, 0) / (values.length - 1);
}
