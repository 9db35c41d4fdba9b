import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { computeRow } from "../../../scripts/conformance/metric-dialects.ts";
import { MetricFile, type MetricRow } from "../../../scripts/conformance/metric-file.ts";
import { checkMetricFile, checkMetricRow } from "../../../scripts/conformance/metrics.ts";
import { reportRows, testWithData } from "../../support/data.ts";

function read(path: string): unknown {
  return JSON.parse(readFileSync(path, "utf8"));
}

function row(metric: string, dialect: string, fields: Partial<MetricRow>): MetricRow {
  const rest = { tokenizer: "", params: {}, prediction: "", references: [], expected: 0, tolerance: 1e-9 };
  return { id: "x", metric, dialect, ...rest, ...fields };
}

describe("metric conformance", () => {
  testWithData(
    "no claimed row is wrong, and only refused measures are unclaimed",
    "metric-conformance.json",
    (path) => {
      const checks = checkMetricFile(read(path));
      const unclaimed = checks.filter((check) => check.outcome === "unclaimed");
      reportRows("metric-conformance.json", checks.length - unclaimed.length, unclaimed.length);
      expect(checks.filter((check) => check.outcome === "wrong")).toEqual([]);
      const reasons = /METEOR|chrF|promptfoo|js-rouge/;
      expect(unclaimed.filter((check) => !reasons.test(check.detail))).toEqual([]);
      expect(checks.length - unclaimed.length).toBeGreaterThan(80);
    },
  );

  testWithData("rows of a dialect do not pass as another's", "metric-conformance.json", (path) => {
    const { rows } = MetricFile.parse(read(path));
    const swaps: [string, string, string][] = [
      ["bleu", "azure", "nltk"],
      ["bleu", "nltk", "sacrebleu"],
      ["bleu", "promptfoo-0.123.1", "azure"],
      ["bleu", "promptfoo-0.123.1", "nltk"],
      ["gleu", "promptfoo-0.123.1", "azure"],
      ["gleu", "promptfoo-0.123.1", "nltk"],
      ["rouge1", "js-rouge", "google"],
      ["f1", "squad", "inspect"],
    ];
    let swapped = 0;
    for (const [metric, from, to] of swaps) {
      const asked = rows.filter((r) => r.metric === metric && r.dialect === from);
      swapped += asked.length;
      const passed = asked.filter((r) => checkMetricRow({ ...r, dialect: to }).outcome === "right");
      expect(asked.length, `${metric} ${from}`).toBeGreaterThan(0);
      expect(passed.length, `${metric} ${from} as ${to}`).toBeLessThan(asked.length);
    }
    reportRows("metric-conformance.json (as another dialect)", swapped, rows.length - swapped);
  });

  testWithData("a wrong figure is found out", "metric-conformance.json", (path) => {
    const { rows } = MetricFile.parse(read(path));
    const bent = rows.map((r) => {
      const off = 10 * r.tolerance + 1e-6;
      const { expected } = r;
      return { ...r, expected: typeof expected === "number" ? expected + off : { ...expected, f: expected.f + off } };
    });
    const checks = checkMetricFile({ rows: bent });
    expect(checks.filter((check) => check.outcome === "right")).toEqual([]);
    const wrong = checks.filter((check) => check.outcome === "wrong").length;
    reportRows("metric-conformance.json (figures bent)", wrong, rows.length - wrong);
  });

  test("rows that no dialect covers are unclaimed with the reason", () => {
    for (const [metric, dialect] of [
      ["meteor", "nltk+wordnet3.0"],
      ["meteor", "azure-nosyn"],
      ["chrf", "sacrebleu"],
      ["bleu", "promptfoo-9.9.9"],
      ["rouge1", "js-rouge"],
      ["rougeS", "google"],
      ["bleu", "made-up"],
    ] as const)
      expect(checkMetricRow(row(metric, dialect, {})).outcome, `${metric} ${dialect}`).toBe("unclaimed");
    const japanese = row("bleu", "sacrebleu", { tokenizer: "ja-mecab", prediction: "a", references: ["a"] });
    expect(checkMetricRow(japanese)).toMatchObject({ outcome: "unclaimed", detail: "unknown tokenizer ja-mecab" });
  });

  test("bad input: rows with the wrong kind of value are wrong rows, not crashes", () => {
    expect(checkMetricRow(row("f1", "squad", { prediction: 7, references: ["7"] })).outcome).toBe("wrong");
    expect(checkMetricRow(row("bleu", "nltk", { prediction: null, references: [] })).outcome).toBe("wrong");
    expect(
      checkMetricRow(row("exact", "hf", { prediction: "a", references: ["a"], params: { regexes_to_ignore: ["("] } }))
        .outcome,
    ).toBe("wrong");
    expect(() => computeRow(row("numeric_diff", "autoevals", { prediction: "1", references: [1] }))).toThrow();
  });
});
