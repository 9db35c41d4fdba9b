/** How far apart two labels are. `ordinal` counts the labels between them, `interval` takes their numbers. */
export type MeasurementLevel = "nominal" | "ordinal" | "interval";

export type Label = string | number | boolean;

/**
 * Krippendorff's alpha: 1 is perfect agreement, 0 is chance, below 0 is systematic disagreement. `units` holds the labels
 * of one item each, in any number; null is no label, and an item with fewer than two labels says nothing. 1 where all
 * labels are equal (no disagreement was possible; Inspect's convention), undefined where fewer than two are left.
 * Text labels are nominal. Source: Krippendorff 2011, "Computing Krippendorff's alpha-reliability".
 */
export function krippendorffAlpha(units: (Label | null)[][], level: MeasurementLevel = "nominal"): number | undefined {
  const labelled = units.map((unit) => unit.filter((label) => label !== null)).filter((unit) => unit.length >= 2);
  const all = labelled.flat();
  if (all.length < 2) return undefined;
  const disagreement = disagreementAt(level, all);
  const observed = labelled.reduce((sum, unit) => sum + disagreement(unit) / (unit.length - 1), 0);
  const expected = disagreement(all) / (all.length - 1);
  return expected === 0 ? 1 : 1 - observed / expected;
}

/** Sum of squared distances over all ordered pairs of some labels. */
function disagreementAt(level: MeasurementLevel, all: Label[]): (labels: Label[]) => number {
  if (level === "nominal") {
    return (labels) => [...countsOf(labels).values()].reduce((sum, count) => sum - count ** 2, labels.length ** 2);
  }
  const scale = level === "interval" ? Number : midpoints(all);
  return (labels) => {
    const values = labels.map(scale);
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    return 2 * values.length * values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  };
}

function countsOf(labels: Label[]): Map<Label, number> {
  const counts = new Map<Label, number>();
  for (const label of labels) counts.set(label, (counts.get(label) ?? 0) + 1);
  return counts;
}

/** Each label's middle rank: the ordinal distance is the distance of these. */
function midpoints(all: Label[]): (label: Label) => number {
  const middle = new Map<Label, number>();
  let below = 0;
  for (const [label, count] of [...countsOf(all)].sort(([a], [b]) => Number(a) - Number(b))) {
    middle.set(label, below + count / 2);
    below += count;
  }
  return (label) => middle.get(label) ?? Number.NaN;
}
