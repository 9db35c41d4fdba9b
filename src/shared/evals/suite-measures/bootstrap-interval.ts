/** What the resampling needs: numbers in [0, 1), how often, and the level, e.g. 0.95. */
export interface BootstrapOptions {
  random: () => number;
  draws?: number;
  level?: number;
}

export interface MeasuredInterval {
  value: number;
  lower: number;
  upper: number;
  /** Draws in which the measure was defined; the interval is taken over these. */
  draws: number;
}

/**
 * A suite-level measure with its two-sided percentile bootstrap interval (Efron). Groups are resampled whole with
 * replacement, so repeats of a case and cases of a cluster stay together. Undefined where the measure is.
 */
export function bootstrapInterval<Item>(
  groups: readonly (readonly Item[])[],
  measure: (items: readonly Item[]) => number | undefined,
  { random, draws = 1_000, level = 0.95 }: BootstrapOptions,
): MeasuredInterval | undefined {
  const value = measure(groups.flat());
  if (value === undefined) return undefined;
  const values: number[] = [];
  for (let draw = 0; draw < draws; draw++) {
    const drawn = groups.flatMap(() => groups[Math.floor(random() * groups.length)] ?? []);
    const one = measure(drawn);
    if (one !== undefined) values.push(one);
  }
  values.sort((a, b) => a - b);
  const tail = (1 - level) / 2;
  return {
    value,
    lower: quantile(values, tail) ?? value,
    upper: quantile(values, 1 - tail) ?? value,
    draws: values.length,
  };
}

/** Linear between order statistics (Hyndman and Fan's type 7). */
function quantile(sorted: readonly number[], p: number): number | undefined {
  const place = (sorted.length - 1) * p;
  const below = sorted[Math.floor(place)];
  const above = sorted[Math.ceil(place)];
  return below === undefined || above === undefined ? undefined : below + (above - below) * (place - Math.floor(place));
}
