/** One sample's class: what it should be and what the answer said; an answer with no known class has `predicted` "". */
export interface Labelled {
  expected: string;
  predicted: string;
}

/** Counts by expected (row) and predicted (column) class, classes sorted. */
export interface ConfusionMatrix {
  classes: string[];
  counts: number[][];
}

export interface ClassScores {
  name: string;
  precision: number;
  recall: number;
  f1: number;
  /** Samples whose expected class this is. */
  support: number;
}

export function confusionMatrix(items: readonly Labelled[]): ConfusionMatrix {
  const classes = [...new Set(items.flatMap((item) => [item.expected, item.predicted]))].sort();
  const place = new Map(classes.map((name, i) => [name, i]));
  const counts = classes.map(() => classes.map(() => 0));
  for (const { expected, predicted } of items) {
    const row = counts[place.get(expected) ?? -1];
    const column = place.get(predicted) ?? -1;
    if (row !== undefined) row[column] = (row[column] ?? 0) + 1;
  }
  return { classes, counts };
}

/** Precision, recall and F1 of each class that is expected or predicted; a ratio over nothing is 0 (scikit-learn's rule). */
export function classScores(items: readonly Labelled[]): ClassScores[] {
  const { classes, counts } = confusionMatrix(items);
  return classes.map((name, i) => {
    const hits = counts[i]?.[i] ?? 0;
    const support = sum(counts[i] ?? []);
    const predicted = sum(counts.map((row) => row[i] ?? 0));
    const precision = predicted === 0 ? 0 : hits / predicted;
    const recall = support === 0 ? 0 : hits / support;
    const f1 = precision + recall === 0 ? 0 : (2 * precision * recall) / (precision + recall);
    return { name, precision, recall, f1, support };
  });
}

/** The plain mean of the classes' F1, 0..1: rare classes weigh as much as common ones. "" is no class of its own. */
export function macroF1(items: readonly Labelled[]): number | undefined {
  const scores = classScores(items).filter((one) => one.name !== "");
  return scores.length === 0 ? undefined : sum(scores.map((one) => one.f1)) / scores.length;
}

/** F1 over all decisions together, 0..1; answers without a class cost recall and no precision. */
export function microF1(items: readonly Labelled[]): number | undefined {
  if (items.length === 0) return undefined;
  const hits = items.filter((item) => item.expected === item.predicted).length;
  const made = items.filter((item) => item.predicted !== "").length;
  return (2 * hits) / (made + items.length);
}

function sum(values: readonly number[]): number {
  return values.reduce((a, b) => a + b, 0);
}
