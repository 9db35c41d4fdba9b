import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { calibrateJudge, defaultFloor } from "../../../../src/shared/evals/calibration/calibrate-judge.ts";
import { sampleDigest } from "../../../../src/shared/evals/calibration/sample-digest.ts";
import type { Label } from "../../../../src/shared/repository/label.ts";
import { EvalCase } from "../../../../src/shared/repository/suite.ts";

const judge = "a".repeat(64);
const digest = (i: number) => i.toString(16).padStart(32, "0");

/** One row a sample: what people say, and the judge's score. */
function calibrate(
  rows: [Label["label"], number | undefined][],
  more: Partial<Parameters<typeof calibrateJudge>[0]> = {},
) {
  return calibrateJudge({
    labels: rows.map(([label], i) => ({ metric: "m", sample: digest(i), label })),
    judged: rows.map(([, score], i) => ({
      metric: "m",
      sample: digest(i),
      judge: judge.slice(0, 32),
      ...(score === undefined ? {} : { score }),
    })),
    judge,
    passAt: 0.5,
    better: "higher",
    floor: defaultFloor,
    ...more,
  });
}

const times = (n: number, row: [boolean, number | undefined]) => Array.from({ length: n }, () => row);

describe("calibrateJudge", () => {
  test("agreement, kappa, false passes and false blocks, with intervals, and who disagrees", () => {
    const found = calibrate([
      ...times(45, [true, 1]),
      ...times(5, [true, 0]),
      ...times(9, [false, 0]),
      ...times(1, [false, 0.75]),
    ]);
    expect(found).toMatchObject({ labels: 60, judged: 60, calibrated: true });
    expect(found.agreement?.share).toBeCloseTo(0.9);
    // By hand: observed 0.9, expected (50/60)(46/60) + (10/60)(14/60) = 0.677…
    expect(found.kappa).toBeCloseTo((0.9 - (50 * 46 + 10 * 14) / 3600) / (1 - (50 * 46 + 10 * 14) / 3600), 10);
    expect(found.falsePasses).toMatchObject({ count: 1, of: 10 });
    expect(found.falseBlocks).toMatchObject({ count: 5, of: 50 });
    // Clopper & Pearson for 1 of 10, as in every table.
    expect(found.falsePasses.interval?.low).toBeCloseTo(0.0025286, 6);
    expect(found.falsePasses.interval?.high).toBeCloseTo(0.4450161, 6);
    expect(found.disagreements).toHaveLength(6);
    expect(found.disagreements.at(-1)).toEqual({ sample: digest(59), passes: false, score: 0.75 });
    expect(found.says).toBe("agrees with people on 90 % of 60 labels");
  });

  test("under 50 labels a judge advises", () => {
    const found = calibrate([...times(6, [true, 1]), ...times(6, [false, 0])]);
    expect(found).toMatchObject({ calibrated: false, says: "advises: 12 of 50 labels" });
  });

  test("a judge that changed since advises: what another one said does not count", () => {
    const rows = [...times(30, [true, 1]), ...times(30, [false, 0])];
    expect(calibrate(rows).calibrated).toBe(true);
    expect(calibrate(rows, { judge: "b".repeat(64) })).toMatchObject({
      judged: 0,
      calibrated: false,
      says: "advises: it changed since its calibration, 0 of 50 labels judged",
    });
  });

  test("labels that nobody judged yet, or without a score, do not count as agreement", () => {
    const found = calibrate([...times(40, [true, 1]), ...times(20, [false, undefined])]);
    expect(found).toMatchObject({ labels: 60, judged: 40, says: "advises: 40 of 50 labels judged" });
  });

  test("below the suite's floor it advises: kappa sees a judge that says yes to all, agreement alone does not", () => {
    const yes = [...times(57, [true, 1]), ...times(3, [false, 1])];
    expect(calibrate(yes)).toMatchObject({ calibrated: false, kappa: 0 });
    expect(calibrate(yes).says).toBe("advises: its kappa is 0.00, below the floor of 0.6");
    const fair = [...times(40, [true, 1]), ...times(10, [false, 0]), ...times(10, [false, 1])];
    expect(calibrate(fair).calibrated).toBe(false);
    expect(calibrate(fair, { floor: { kappa: 0.4, agreement: 0.8 } }).calibrated).toBe(true);
    expect(calibrate(fair, { floor: { kappa: 0.4, agreement: 0.9 } }).says).toBe(
      "advises: it agrees with people on 83.3 %, below the floor of 90 %",
    );
  });

  test("labels of one kind calibrate nobody", () => {
    expect(calibrate(times(60, [true, 1]))).toMatchObject({
      calibrated: false,
      says: "advises: its labels are all of one kind",
    });
  });

  test("several people: the majority counts, a split sample does not, and their own agreement is told", () => {
    const labels: Label[] = [true, true, false].map((label) => ({ metric: "m", sample: digest(0), label }));
    labels.push({ metric: "m", sample: digest(1), label: true }, { metric: "m", sample: digest(1), label: false });
    const found = calibrate([], { labels, judged: [{ metric: "m", sample: digest(0), judge, score: 1 }] });
    expect(found).toMatchObject({ labels: 1, split: 1, judged: 1, agreement: { share: 1 } });
    expect(found.alpha).toBeLessThan(0.1);
  });

  test("labels that are scores are read by the pass line, in the metric's direction", () => {
    expect(
      calibrate([
        [0.75, 1],
        [0.25, 0],
      ]),
    ).toMatchObject({ agreement: { share: 1 } });
    expect(
      calibrate(
        [
          [0.1, 0.2],
          [0.9, 1],
        ],
        { better: "lower" },
      ),
    ).toMatchObject({ agreement: { share: 1 } });
  });

  test("bad input: NaN and infinite labels and scores are none", () => {
    const found = calibrate([
      [Number.NaN, 1],
      [true, Number.NaN],
      [true, Number.POSITIVE_INFINITY],
      [true, 1],
    ]);
    expect(found).toMatchObject({ labels: 3, judged: 1 });
  });

  test("property: the counts add up, and fewer than 50 never calibrate", () => {
    const row = fc.tuple(fc.boolean(), fc.option(fc.double({ min: 0, max: 1, noNaN: true }), { nil: undefined }));
    fc.assert(
      fc.property(fc.array(row, { maxLength: 80 }), (rows) => {
        const { judged, falsePasses, falseBlocks, disagreements, calibrated, labels } = calibrate(rows);
        expect(falsePasses.of + falseBlocks.of).toBe(judged);
        expect(falsePasses.count + falseBlocks.count).toBe(disagreements.length);
        expect(labels).toBe(rows.length);
        if (judged < 50) expect(calibrated).toBe(false);
      }),
    );
  });
});

test("a sample's digest is of what was asked and answered, not of segments, ids or the prompt", () => {
  const item = EvalCase.parse({ id: "a", inputs: { q: "1" }, context: ["c"], segments: { language: "en" } });
  const first = sampleDigest(item, { output: "x" });
  expect(first).toMatch(/^[0-9a-f]{32}$/);
  expect(sampleDigest({ ...item, id: "b", segments: {} } as EvalCase, { output: "x" })).toBe(first);
  expect(sampleDigest(item, { output: "y" })).not.toBe(first);
  expect(sampleDigest({ ...item, context: [] }, { output: "x" })).not.toBe(first);
});
