import { describe, expect, test } from "vitest";
import { parseLabels } from "../../../src/shared/repository/parse-labels.ts";

const sample = "0123456789abcdef0123456789abcdef";
const parse = (lines: (object | string)[], path = "labels/relevance.jsonl") =>
  parseLabels(
    path,
    new TextEncoder().encode(lines.map((l) => (typeof l === "string" ? l : JSON.stringify(l))).join("\n")),
  );

describe("parseLabels", () => {
  test("a file's labels are of the metric that it is named after, unless a row says otherwise", () => {
    const { labels, findings } = parse([
      { sample, label: true, by: "ada", at: "2026-01-02" },
      { sample, label: "fail", metric: "tone" },
      { sample, label: 0.75, case: "c1", output: "text" },
      "",
    ]);
    expect(findings).toEqual([]);
    expect(labels).toEqual([
      { metric: "relevance", sample, label: true, by: "ada", at: "2026-01-02" },
      { metric: "tone", sample, label: false },
      { metric: "relevance", sample, label: 0.75, case: "c1", output: "text" },
    ]);
  });

  test("what judges said stands beside it", () => {
    const row = { sample, judge: "a".repeat(64), score: 1, judgedBy: "m" };
    expect(parse([row], "labels/relevance.judged.jsonl").judged).toEqual([{ metric: "relevance", ...row }]);
  });

  test.each([
    ["no JSON", "{sample", "json/syntax"],
    ["no digest", { sample: "c1", label: true }, "label/invalid-row"],
    ["a label that is none", { sample, label: "good" }, "label/invalid-row"],
    ["an infinite label", `{"sample":"${sample}","label":1e999}`, "label/invalid-row"],
    ["an unknown key", { sample, label: true, lable: 1 }, "label/invalid-row"],
    ["a list", [1], "label/invalid-row"],
  ])("bad input: %s is a finding with its line, and the other rows count", (_, row, code) => {
    const { labels, findings } = parse([{ sample, label: true }, row, { sample, label: false }]);
    expect(findings.map((finding) => [finding.code, finding.line])).toEqual([[code, 2]]);
    expect(labels).toHaveLength(2);
  });
});
