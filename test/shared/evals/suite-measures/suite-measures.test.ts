import { describe, expect, test } from "vitest";
import type { ScoringInput } from "../../../../src/shared/evals/sample.ts";
import { rocAuc } from "../../../../src/shared/evals/suite-measures/auc.ts";
import { bootstrapInterval } from "../../../../src/shared/evals/suite-measures/bootstrap-interval.ts";
import { brierScore, calibrationError } from "../../../../src/shared/evals/suite-measures/calibration.ts";
import {
  classScores,
  confusionMatrix,
  macroF1,
  microF1,
} from "../../../../src/shared/evals/suite-measures/classification.ts";
import {
  ClassificationOptions,
  classificationReport,
} from "../../../../src/shared/evals/suite-measures/classification-report.ts";
import {
  averagePrecision,
  ndcgAtK,
  precisionAtK,
  recallAtK,
  reciprocalRank,
} from "../../../../src/shared/evals/suite-measures/ranking.ts";
import { seededRandom } from "../../../../src/shared/statistics/random.ts";
import { aCase, aSample, numberOf, scored } from "../evaluators/scored.ts";

function labelled(expected: string, predicted: string) {
  return [...expected].map((label, i) => ({ expected: label, predicted: (predicted[i] ?? "").trim() }));
}

describe("classification", () => {
  // scikit-learn's documented example: y_true 0 1 2 0 1 2, y_pred 0 2 1 0 0 1.
  const items = labelled("012012", "021001");

  test("confusion matrix and F1 as scikit-learn's", () => {
    expect(confusionMatrix(items)).toEqual({
      classes: ["0", "1", "2"],
      counts: [
        [2, 0, 0],
        [1, 0, 1],
        [0, 2, 0],
      ],
    });
    expect(macroF1(items)).toBeCloseTo(0.26666, 4);
    expect(microF1(items)).toBeCloseTo(1 / 3, 9);
    expect(classScores(items)[0]).toEqual({ name: "0", precision: 2 / 3, recall: 1, f1: 0.8, support: 2 });
  });

  test("answers without a class cost recall, and nothing is undefined", () => {
    expect(microF1(labelled("aab", "a b"))).toBeCloseTo(0.8, 9);
    expect(macroF1(labelled("aab", "a b"))).toBeCloseTo((2 / 3 + 1) / 2, 9);
    expect(macroF1([])).toBeUndefined();
    expect(microF1([])).toBeUndefined();
  });

  test("AUC counts ties half and needs both sides", () => {
    const items = [0.1, 0.4, 0.35, 0.8].map((score, i) => ({ score, positive: i >= 2 }));
    expect(rocAuc(items)).toBe(0.75);
    expect(rocAuc(items.map((item) => ({ ...item, score: 1 })))).toBe(0.5);
    expect(rocAuc(items.slice(0, 2))).toBeUndefined();
  });

  test("calibration error and Brier's score", () => {
    const items = [
      { confidence: 0.95, right: true },
      { confidence: 0.95, right: false },
      { confidence: 0.15, right: false },
      { confidence: 1, right: true },
    ];
    expect(calibrationError(items)).toBeCloseTo((Math.abs(2.9 - 2) + 0.15) / 4, 9);
    expect(calibrationError([{ confidence: 0, right: true }])).toBe(1);
    expect(brierScore([{ confidence: 0.8, right: true }])).toBeCloseTo(0.04, 9);
  });
});

describe("ranking", () => {
  const one = {
    ranked: ["a", "x", "b", "y"],
    gains: new Map([
      ["a", 1],
      ["b", 1],
      ["c", 1],
    ]),
  };

  test("precision, recall, reciprocal rank, average precision, nDCG", () => {
    expect(precisionAtK(one, 2)).toBe(0.5);
    expect(precisionAtK({ ...one, ranked: ["a"] }, 2)).toBe(0.5);
    expect(recallAtK(one, 3)).toBeCloseTo(2 / 3, 9);
    expect(reciprocalRank({ ...one, ranked: ["x", "b"] })).toBe(0.5);
    expect(averagePrecision(one)).toBeCloseTo((1 + 2 / 3) / 3, 9);
    expect(ndcgAtK(one, 3)).toBeCloseTo(1.5 / (1 + 1 / Math.log2(3) + 0.5), 9);
    const graded = {
      ranked: ["b", "a"],
      gains: new Map([
        ["a", 3],
        ["b", 1],
      ]),
    };
    expect(ndcgAtK(graded, 2)).toBeCloseTo((1 + 3 / Math.log2(3)) / (3 + 1 / Math.log2(3)), 9);
  });

  test("an id named twice counts once, nothing relevant is 0", () => {
    expect(averagePrecision({ ranked: ["a", "a", "a"], gains: new Map([["a", 1]]) })).toBe(1);
    expect(ndcgAtK({ ranked: ["a", "a"], gains: new Map([["a", 1]]) }, 5)).toBe(1);
    expect(recallAtK({ ranked: ["a"], gains: new Map() }, 5)).toBe(0);
  });

  test("answers as JSON lists, lists of objects, or lines", async () => {
    const expected = { expected: ["doc-2"] };
    expect(await numberOf("reciprocal-rank", {}, '["doc-1","doc-2"]', expected)).toBe(0.5);
    expect(await numberOf("reciprocal-rank", {}, '[{"id":"doc-2"}]', expected)).toBe(1);
    expect(await numberOf("reciprocal-rank", {}, "1. doc-1\n2. doc-3\n- doc-2", expected)).toBeCloseTo(1 / 3, 9);
    expect(await numberOf("ndcg-at-k", { k: 1, gains: { a: 2, b: 1 } }, "b", {})).toBe(0.5);
    expect(await scored("recall-at-k", {}, "x")).toHaveProperty("notApplicable");
  });
});

describe("over a suite", () => {
  const answers: [string, string, string][] = [
    ["c1", "spam", '{"label":"spam","confidence":0.9}'],
    ["c2", "spam", '{"label":"not spam","confidence":0.6}'],
    ["c3", "not spam", '{"label":"Not Spam","confidence":0.8}'],
    ["c4", "not spam", '{"label":"not spam","confidence":0.7}'],
    ["c5", "spam", '{"label":"spam","confidence":0.7}'],
    ["c6", "not spam", "It is not spam, I think."],
  ];
  const inputs: ScoringInput[] = answers.map(([id, expected, output]) => ({
    case: aCase({ id, expected }),
    sample: aSample(output, { caseId: id }),
  }));

  test("the report has matrix, measures and intervals that hold the value", () => {
    const report = classificationReport(inputs, ClassificationOptions.parse({}), {
      random: seededRandom(1),
      draws: 400,
    });
    expect(report.matrix).toEqual({
      classes: ["not spam", "spam"],
      counts: [
        [3, 0],
        [1, 2],
      ],
    });
    expect(report.measures["macro-f1"]?.value).toBeCloseTo((6 / 7 + 0.8) / 2, 9);
    for (const { value, lower, upper } of Object.values(report.measures)) {
      expect(lower).toBeLessThanOrEqual(value);
      expect(upper).toBeGreaterThanOrEqual(value);
    }
    expect(report.measures.auc?.value).toBeGreaterThan(0.5);
    expect(Object.keys(report.measures)).toEqual(["macro-f1", "micro-f1", "auc", "calibration-error", "brier"]);
  });

  test("the same seed gives the same interval; clusters widen it", () => {
    const groups = Array.from({ length: 40 }, (_, i) => [i % 2, i % 2]);
    const mean = (items: readonly number[]) => items.reduce((a, b) => a + b, 0) / items.length;
    const one = bootstrapInterval(groups, mean, { random: seededRandom(7) });
    expect(bootstrapInterval(groups, mean, { random: seededRandom(7) })).toEqual(one);
    const alone = bootstrapInterval(
      groups.flat().map((v) => [v]),
      mean,
      { random: seededRandom(7) },
    );
    expect((one?.upper ?? 0) - (one?.lower ?? 0)).toBeGreaterThan((alone?.upper ?? 0) - (alone?.lower ?? 0));
  });

  test("bad input: no cases, no classes, unknown measures", () => {
    const none = classificationReport([], ClassificationOptions.parse({}), { random: seededRandom(1), draws: 10 });
    expect(none).toEqual({ matrix: { classes: [], counts: [] }, measures: {}, notApplicable: 0 });
    const unlabelled = [{ case: aCase(), sample: aSample("spam") }];
    expect(
      classificationReport(unlabelled, ClassificationOptions.parse({}), { random: seededRandom(1) }).notApplicable,
    ).toBe(1);
    expect(() =>
      classificationReport(inputs, ClassificationOptions.parse({}), { random: seededRandom(1) }, ["f2"]),
    ).toThrow(/There is no measure "f2"/);
  });

  test.each([
    ["spam", 1],
    ["SPAM.", 1],
    ["It is not spam", 0],
    ["spam or ham", 0],
    ["I cannot tell", 0],
    ['{"label":"spam"}', 1],
    ['```json\n{"category":"ham"}\n```', 0],
  ])("label: “%s” names spam: %d", async (answer, value) => {
    expect(await numberOf("label", { classes: ["spam", "not spam", "ham"] }, answer, { expected: ["spam"] })).toBe(
      value,
    );
  });
});
