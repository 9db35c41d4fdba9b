import * as z from "zod";
import { InvalidInputError } from "../../errors.ts";
import type { ScoringInput } from "../sample.ts";
import { type AnswerLabel, answerLabel } from "../text/answer-label.ts";
import { rocAuc } from "./auc.ts";
import { type BootstrapOptions, bootstrapInterval, type MeasuredInterval } from "./bootstrap-interval.ts";
import { brierScore, calibrationError } from "./calibration.ts";
import { type ConfusionMatrix, confusionMatrix, macroF1, microF1 } from "./classification.ts";

/** Options of the classification measures. */
export const ClassificationOptions = z
  .object({
    /** The classes; default: all that cases expect. */
    classes: z.array(z.string().min(1)).min(1).optional(),
    /** For `auc`: the class whose confidence is ranked; default: one against the rest, averaged. */
    positive: z.string().optional(),
    /** For `calibration-error`. */
    bins: z.int().min(2).max(100).default(10),
  })
  .strict();
export type ClassificationOptions = z.infer<typeof ClassificationOptions>;

/** One sample as the measures read it. */
interface Decision extends AnswerLabel {
  expected: string;
}

type Measure = (items: readonly Decision[], options: ClassificationOptions) => number | undefined;

const MEASURES: Record<string, { better: "higher" | "lower"; measure: Measure }> = {
  "macro-f1": { better: "higher", measure: (items) => macroF1(items.map(labelled)) },
  "micro-f1": { better: "higher", measure: (items) => microF1(items.map(labelled)) },
  auc: { better: "higher", measure: auc },
  "calibration-error": {
    better: "lower",
    measure: (items, options) => calibrationError(items.flatMap(confident), options.bins),
  },
  brier: { better: "lower", measure: (items) => brierScore(items.flatMap(confident)) },
};

/** What a suite's classification measures said; a measure that the samples do not define is left out. */
export interface ClassificationReport {
  matrix: ConfusionMatrix;
  measures: Record<string, MeasuredInterval & { better: "higher" | "lower" }>;
  /** Samples whose case names no class. */
  notApplicable: number;
}

/**
 * Classification over a suite: the case's first `expected` is its class, the answer names its own (see answer-label.ts).
 * Every measure comes with a bootstrap interval that resamples clusters, else cases, with all their repeats.
 * @throws InvalidInputError where `only` names an unknown measure
 */
export function classificationReport(
  inputs: readonly ScoringInput[],
  options: ClassificationOptions,
  bootstrap: BootstrapOptions,
  only: readonly string[] = Object.keys(MEASURES),
): ClassificationReport {
  const classes = options.classes ?? [...new Set(inputs.flatMap(({ case: one }) => one.expected.slice(0, 1)))];
  const decided = inputs.flatMap((input) => {
    const [expected] = input.case.expected;
    const group = input.case.cluster ?? input.case.id;
    return expected === undefined
      ? []
      : [{ group, decision: { expected, ...answerLabel(input.sample.output, classes) } }];
  });
  const groups = [...Map.groupBy(decided, ({ group }) => group).values()].map((members) =>
    members.map((m) => m.decision),
  );
  const measures: ClassificationReport["measures"] = {};
  for (const name of only) {
    const known = MEASURES[name];
    if (known === undefined)
      throw new InvalidInputError(`There is no measure "${name}"; there are ${Object.keys(MEASURES).join(", ")}.`);
    const interval = bootstrapInterval(groups, (items) => known.measure(items, options), bootstrap);
    if (interval !== undefined) measures[name] = { ...interval, better: known.better };
  }
  return {
    matrix: confusionMatrix(groups.flat().map(labelled)),
    measures,
    notApplicable: inputs.length - decided.length,
  };
}

function labelled({ expected, label }: Decision) {
  return { expected, predicted: label };
}

function confident({ expected, label, confidence }: Decision) {
  return confidence === undefined ? [] : [{ confidence, right: expected === label }];
}

/** A class's score is the confidence where the answer names it, else what is left, shared by the other classes. */
function auc(items: readonly Decision[], { positive }: ClassificationOptions): number | undefined {
  const rated = items.flatMap(({ confidence, ...item }) => (confidence === undefined ? [] : [{ ...item, confidence }]));
  const classes = [...new Set(rated.map((item) => item.expected))];
  const others = Math.max(1, classes.length - 1);
  const areas = (positive === undefined ? classes : [positive]).map((name) =>
    rocAuc(
      rated.map(({ expected, label, confidence }) => ({
        positive: expected === name,
        score: label === name ? confidence : (1 - confidence) / others,
      })),
    ),
  );
  const defined = areas.filter((area) => area !== undefined);
  return defined.length === 0 ? undefined : defined.reduce((a, b) => a + b, 0) / defined.length;
}
