/** How far apart two labels are. `ordinal` uses the ranks of the values that occur. */
export type MeasurementLevel = "nominal" | "ordinal" | "interval" | "ratio";

/**
 * Krippendorff's alpha: 1 is perfect agreement, 0 is chance, below 0 is systematic disagreement. `units` holds the labels
 * of one item each, in any number; a unit with fewer than two labels says nothing and is left out. Undefined where
 * fewer than two labels remain, or where all are equal: no disagreement was possible. Source: Krippendorff 2011.
 */
export function krippendorffAlpha(units: (number | null)[][], level: MeasurementLevel = "nominal"): number | undefined {
  const labelled = units.map((unit) => unit.filter((label) => label !== null)).filter((unit) => unit.length >= 2);
  const all = labelled.flat();
  if (all.length < 2) return undefined;
  const distance = distanceOf(level, all);
  let observed = 0;
  for (const unit of labelled) observed += pairSum(unit, distance) / (unit.length - 1);
  const expected = pairSum(all, distance) / (all.length - 1);
  return expected === 0 ? undefined : 1 - observed / expected;
}

/** Sum of distances over ordered pairs of different labels, by counts of distinct values. */
function pairSum(labels: number[], distance: (a: number, b: number) => number): number {
  const counts = [...countsOf(labels)];
  let sum = 0;
  for (const [a, na] of counts) for (const [b, nb] of counts) if (a !== b) sum += na * nb * distance(a, b);
  return sum;
}

function countsOf(labels: number[]): Map<number, number> {
  const counts = new Map<number, number>();
  for (const label of labels) counts.set(label, (counts.get(label) ?? 0) + 1);
  return counts;
}

function distanceOf(level: MeasurementLevel, all: number[]): (a: number, b: number) => number {
  if (level === "nominal") return () => 1;
  if (level === "interval") return (a, b) => (a - b) ** 2;
  if (level === "ratio") return (a, b) => (a + b === 0 ? 0 : ((a - b) / (a + b)) ** 2);
  const counts = [...countsOf(all)].sort(([a], [b]) => a - b);
  return (a, b) => {
    const [low, high] = [Math.min(a, b), Math.max(a, b)];
    const between = counts
      .filter(([value]) => value >= low && value <= high)
      .reduce((sum, [, count]) => sum + count, 0);
    const ends = counts.filter(([value]) => value === low || value === high).reduce((sum, [, count]) => sum + count, 0);
    return (between - ends / 2) ** 2;
  };
}
