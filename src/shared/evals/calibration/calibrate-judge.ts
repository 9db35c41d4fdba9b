import type { JudgedLabel, Label } from "../../repository/label.ts";
import { cohenKappa } from "../../statistics/cohen-kappa.ts";
import type { Interval } from "../../statistics/interval.ts";
import { krippendorffAlpha } from "../../statistics/krippendorff.ts";
import { clopperPearson, wilson } from "../../statistics/proportion.ts";

/** Labels below which no judge counts as calibrated. */
const leastLabels = 50;

/** What a suite asks of its judge before it may block. */
export interface CalibrationFloor {
  /** Cohen's kappa; default 0.6, "substantial" [Landis & Koch 1977]. */
  kappa: number;
  /** Share of samples on which judge and people agree. */
  agreement: number;
}

export const defaultFloor: CalibrationFloor = { kappa: 0.6, agreement: 0.8 };

export interface CalibrationInput {
  labels: readonly Label[];
  judged: readonly JudgedLabel[];
  /** Digest of the metric as it is now; what another judge said does not count. */
  judge: string;
  /** At this score a sample passes; labels that are numbers are read by it too. */
  passAt: number;
  better: "higher" | "lower";
  floor: CalibrationFloor;
}

/** How often something happened, of how many, with its exact 95 % interval (Clopper-Pearson). */
export interface Rate {
  count: number;
  of: number;
  interval?: Interval;
}

export interface Disagreement {
  sample: string;
  /** What people say. */
  passes: boolean;
  score: number;
}

/** How a judge's word compares with people's. */
export interface Calibration {
  /** Samples with a label; those on which people are split are not among them. */
  labels: number;
  split: number;
  /** Of them, those that this very judge has judged. */
  judged: number;
  /** Samples on which judge and people agree, with Wilson's 95 % interval; absent where none was judged. */
  agreement?: { share: number; interval: Interval };
  kappa?: number;
  /** Krippendorff's alpha among the people, where samples have several labels. */
  alpha?: number;
  /** The judge passes what people fail, of what people fail. */
  falsePasses: Rate;
  /** The judge fails what people pass, of what people pass. */
  falseBlocks: Rate;
  disagreements: Disagreement[];
  calibrated: boolean;
  /** One line: why it may block, or why it only advises. */
  says: string;
}

/** Compares what a judge says of labelled samples with the labels. Pure: the same files give the same answer. */
export function calibrateJudge(input: CalibrationInput): Calibration {
  const { judge, passAt, better } = input;
  const passes = (score: number) => (better === "higher" ? score >= passAt : score <= passAt);
  const bySample = new Map<string, boolean[]>();
  for (const { sample, label } of input.labels) {
    if (typeof label === "number" && !Number.isFinite(label)) continue;
    const said = typeof label === "number" ? passes(label) : label;
    bySample.set(sample, [...(bySample.get(sample) ?? []), said]);
  }
  const majority = [...bySample].map(([sample, said]) => ({
    sample,
    lead: 2 * said.filter(Boolean).length - said.length,
  }));
  const labelled = majority.filter(({ lead }) => lead !== 0).map(({ sample, lead }) => ({ sample, passes: lead > 0 }));
  const scores = new Map<string, number>();
  for (const { sample, judge: by, score } of input.judged) {
    if (score !== undefined && Number.isFinite(score) && judge.startsWith(by)) scores.set(sample, score);
  }
  const both = labelled.flatMap(({ sample, passes: human }) => {
    const score = scores.get(sample);
    return score === undefined ? [] : [{ sample, passes: human, score, judged: passes(score) }];
  });
  const agree = both.filter((pair) => pair.passes === pair.judged).length;
  const kappa = cohenKappa(both.map((pair) => [pair.passes, pair.judged] as const));
  const alpha = krippendorffAlpha([...bySample.values()].filter((said) => said.length > 1));
  const known = {
    labels: labelled.length,
    split: majority.length - labelled.length,
    judged: both.length,
    ...(both.length > 0 ? { agreement: { share: agree / both.length, interval: wilson(agree, both.length) } } : {}),
    ...(kappa === undefined ? {} : { kappa }),
    ...(alpha === undefined ? {} : { alpha }),
    falsePasses: rate(
      both,
      (pair) => !pair.passes,
      (pair) => pair.judged,
    ),
    falseBlocks: rate(
      both,
      (pair) => pair.passes,
      (pair) => !pair.judged,
    ),
    disagreements: both
      .filter((pair) => pair.passes !== pair.judged)
      .map(({ sample, passes: human, score }) => ({ sample, passes: human, score })),
  };
  const lacks = whatLacks(known, input);
  const shown = `agrees with people on ${percent(known.agreement?.share ?? 0)} of ${both.length} labels`;
  return { ...known, calibrated: lacks === undefined, says: lacks ? `advises: ${lacks}` : shown };
}

type Known = Omit<Calibration, "calibrated" | "says">;

function whatLacks({ labels, judged, agreement, kappa }: Known, { floor, judged: rows }: CalibrationInput) {
  if (labels < leastLabels) return `${labels} of ${leastLabels} labels`;
  if (judged < leastLabels) {
    const changed = judged === 0 && rows.length > 0 ? "it changed since its calibration, " : "";
    return `${changed}${judged} of ${leastLabels} labels judged`;
  }
  if (kappa === undefined) return "its labels are all of one kind";
  if ((agreement?.share ?? 0) < floor.agreement)
    return `it agrees with people on ${percent(agreement?.share ?? 0)}, below the floor of ${percent(floor.agreement)}`;
  if (kappa < floor.kappa) return `its kappa is ${kappa.toFixed(2)}, below the floor of ${floor.kappa}`;
  return undefined;
}

function rate<T>(pairs: readonly T[], among: (pair: T) => boolean, happened: (pair: T) => boolean): Rate {
  const of = pairs.filter(among);
  const count = of.filter(happened).length;
  return { count, of: of.length, ...(of.length > 0 ? { interval: clopperPearson(count, of.length) } : {}) };
}

function percent(share: number): string {
  return `${Number((share * 100).toFixed(1))} %`;
}
