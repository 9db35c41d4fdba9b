import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { checkStatisticsFile, checkStatisticsRow, isStatisticsFile } from "../../../scripts/conformance/statistics.ts";
import { reportRows, testWithData } from "../../support/data.ts";

const wilson = { id: "w", kind: "ci_wilson", input: { k: 9, n: 10, alpha: 0.05 }, tolerance: 1e-9 };

describe("reference statistics", () => {
  testWithData("every row whose data is there is right", "stats-conformance.json", (path) => {
    const checks = checkStatisticsFile(JSON.parse(readFileSync(path, "utf8")));
    const of = (outcome: string) => checks.filter((check) => check.outcome === outcome);
    reportRows("stats-conformance.json", of("right").length, of("unclaimed").length);
    expect(of("wrong")).toEqual([]);
    for (const { detail } of of("unclaimed")) expect(detail).toMatch(/tau-bench|prompt_nomarkdownmention2/);
    expect(of("right").length).toBeGreaterThanOrEqual(110);
  });

  test("a figure beyond the tolerance is wrong", () => {
    const expected = [0.5958499732047614, 0.982123786904927];
    expect(checkStatisticsRow({ ...wilson, expected }).outcome).toBe("right");
    expect(checkStatisticsRow({ ...wilson, expected: [0.5958499732047614, 0.9822] }).outcome).toBe("wrong");
    expect(checkStatisticsRow({ ...wilson, expected: [0.5958499732047614] }).outcome).toBe("wrong");
  });

  test("a null wants no figure, and a figure is wrong there", () => {
    const row = { id: "p", kind: "paired", input: { a: [1, 2, 3], b: [1, 2, 3] }, tolerance: 1e-9 };
    expect(checkStatisticsRow({ ...row, expected: { t: null, p: null, se: 0 } }).outcome).toBe("right");
    const spread = { ...row, input: { a: [1, 2, 4], b: [1, 2, 3] } };
    expect(checkStatisticsRow({ ...spread, expected: { p: null } }).outcome).toBe("wrong");
  });

  test("kinds, figures, corrections and data that are not there are unclaimed and named", () => {
    const unclaimed = (row: Parameters<typeof checkStatisticsRow>[0]) => {
      const check = checkStatisticsRow(row);
      expect(check.outcome).toBe("unclaimed");
      return check.detail;
    };
    expect(unclaimed({ ...wilson, kind: "ci_unheard_of", expected: 0 })).toContain("ci_unheard_of");
    expect(unclaimed({ ...wilson, kind: "toString", expected: 0 })).toContain("toString");
    const mcnemar = { id: "m", kind: "mcnemar", input: { b: 1, c: 2 }, tolerance: 0 };
    expect(unclaimed({ ...mcnemar, expected: { barnard_p: 1 } })).toContain("barnard_p");
    const many = { id: "h", kind: "multipletests", input: { p: [0.1], alpha: 0.05, method: "hommel" }, tolerance: 0 };
    expect(unclaimed({ ...many, expected: {} })).toContain("hommel");
    const absent = { dataset: "datasets/none.csv", base: "a", head: "b" };
    expect(unclaimed({ id: "r", kind: "real_mcnemar", input: absent, expected: {}, tolerance: 0 })).toContain(
      "none.csv",
    );
  });

  test("bad input: a file of another shape is not taken for one of statistics", () => {
    for (const file of [null, [], {}, { rows: [] }, { rows: [{ id: "x", metric: "f1" }] }]) {
      expect(isStatisticsFile(file)).toBe(false);
    }
  });
});
