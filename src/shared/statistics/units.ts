/** One case's number with its weight; cases of one cluster are dependent. */
export interface WeightedValue {
  value: number;
  /** Above 0. */
  weight: number;
  cluster?: string;
}

/**
 * Independent units: cases, or clusters where there are any. `total` holds each unit's share of the weighted mean times
 * the number of units, so that the plain mean of `total` is the weighted mean of the cases; `size` holds its share of
 * the weight likewise (all 1 for equal, unclustered cases). A shift of every case by m moves `total` by m × `size`.
 */
export interface Units {
  total: number[];
  size: number[];
  mean: number;
}

/** Units in ascending order of their totals, so that nothing computed from them depends on the order of the cases. */
export function unitsOf(values: WeightedValue[]): Units {
  const groups = new Map<string, { sum: number; weight: number; size: number }>();
  const sorted = [...values].sort((a, b) => a.value - b.value || a.weight - b.weight);
  const units: { sum: number; weight: number; size: number }[] = [];
  for (const { value, weight, cluster } of sorted) {
    let group = cluster === undefined ? undefined : groups.get(cluster);
    if (!group) {
      group = { sum: 0, weight: 0, size: 0 };
      units.push(group);
      if (cluster !== undefined) groups.set(cluster, group);
    }
    group.sum += weight * value;
    group.weight += weight;
    group.size += Math.abs(weight * value);
  }
  const weight = units.reduce((sum, unit) => sum + unit.weight, 0);
  const scale = units.length / weight;
  const scaled = units
    // What is left of values that cancel out is rounding.
    .map(({ sum, weight, size }) => ({ total: Math.abs(sum) <= 1e-12 * size ? 0 : sum * scale, size: weight * scale }))
    .sort((a, b) => a.total - b.total || a.size - b.size);
  const total = scaled.map((unit) => unit.total);
  return { total, size: scaled.map((unit) => unit.size), mean: total.reduce((sum, x) => sum + x, 0) / units.length };
}

/**
 * Standard error of the units' mean, as a ratio of sums. Source: the CR1 form of Inspect's clustered stderr; for
 * unclustered, equally weighted cases it is sd / √n with n - 1. Undefined below two units.
 */
export function unitsStandardError(units: Units): number | undefined {
  const n = units.total.length;
  if (n < 2) return undefined;
  const squares = units.total.reduce((sum, x, i) => sum + (x - units.mean * (units.size[i] ?? 1)) ** 2, 0);
  return Math.sqrt((n / (n - 1)) * squares) / n;
}
