import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import type { CaseScores, MetricComparison } from "../../../src/shared/gate/comparison.ts";
import { decideSuite } from "../../../src/shared/gate/decide.ts";
import { randomIndex, seededRandom } from "../../../src/shared/statistics/random.ts";
import { reportRows, testWithData } from "../../support/data.ts";
import { metric, scored, suite } from "./comparisons.ts";

interface Row {
  id: number;
  question: string;
  runs: Record<string, Record<string, number>>;
}

describe("real runs of a chat application", () => {
  const file = "datasets/rag-chat-runs/runs.jsonl";

  function readRows(path: string): Row[] {
    const rows = readFileSync(path, "utf8")
      .trim()
      .split("\n")
      .map((line): Row => JSON.parse(line));
    reportRows(file, rows.length, 0);
    return rows;
  }

  /** Keyed by row: the 200 rows hold 198 distinct questions. */
  function compared(
    rows: Row[],
    base: string,
    head: string,
    name: string,
    score: (value: number) => number,
  ): MetricComparison {
    const own = rows.map(({ id, runs }): CaseScores => {
      const of = (run: string) => {
        const value = runs[run]?.[name];
        return value === undefined ? null : score(value);
      };
      return scored(`row-${id}`, [of(base)], [of(head)]);
    });
    return metric(own, { name, margin: 0.03 });
  }

  const atLeast4 = (value: number) => (value >= 4 ? 1 : 0);

  testWithData("nothing changed is a pass on groundedness and relevance at 3 points", file, (path) => {
    const rows = readRows(path);
    expect(new Set(rows.map(({ question }) => question)).size).toBe(198);
    const judged = ["gpt_groundedness", "gpt_relevance"].map((n) =>
      compared(rows, "baseline", "baseline2", n, atLeast4),
    );
    for (const looks of [1, 2]) {
      const verdict = decideSuite(suite(judged), { looks });
      expect(verdict.verdict).toBe("pass");
      expect(verdict.metrics.map(({ comparison }) => comparison?.cases)).toEqual([200, 200]);
      expect(verdict.metrics.map(({ passToFail, failToPass }) => [passToFail.length, failToPass.length])).toEqual([
        [1, 3],
        [0, 2],
      ]);
    }
  });

  testWithData("a dead metric passes without a p-value, one that base lacks is not evaluated", file, (path) => {
    const rows = readRows(path);
    const dead = compared(rows, "baseline2", "baseline2", "citation_match", Number);
    const absent = compared(rows, "baseline", "baseline2", "citation_match", Number);
    const [of, lacking] = decideSuite(suite([dead, { ...absent, name: "absent" }])).metrics;
    expect(of?.reason).toBe("citation_match is 0 on all 200 cases, before and after");
    expect(of?.comparison).not.toHaveProperty("p");
    expect(lacking).toMatchObject({ verdict: "notEvaluated" });
    expect(lacking?.missing).toHaveLength(200);
  });

  testWithData("a latency that drifted between two equal runs does not block within its margin", file, (path) => {
    const rows = readRows(path);
    const seconds = { scale: "number", better: "lower", unit: "s", margin: 0.25 } as const;
    const drift = { ...compared(rows, "baseline2", "baseline", "latency", Number), ...seconds };
    const [found] = decideSuite(suite([drift])).metrics;
    expect(found?.comparison?.p).toBeLessThan(0.025);
    expect(found?.verdict).not.toBe("regressed");
  });
});

describe("real answers of four systems", () => {
  const file = "datasets/gsm8k-4systems/correct.csv";

  function readTable(path: string): Record<string, number>[] {
    const [header = "", ...lines] = readFileSync(path, "utf8").trim().split("\n");
    const names = header.trim().split(",");
    reportRows(file, lines.length, 0);
    return lines.map((line) => Object.fromEntries(line.split(",").map((cell, i) => [names[i], Number(cell)])));
  }

  /** Three blocking metrics, of which the first compares two systems and the others one with itself. */
  function threeMetrics(rows: Record<string, number>[], worse: string, margin: number): MetricComparison[] {
    return [worse, "6b_verification", "6b_verification"].map((head, i) => {
      const own = rows.map((row, at) => scored(`${at}-${row.id}`, row["6b_verification"] ?? 0, row[head] ?? 0));
      return metric(own, { name: `metric-${i}`, margin });
    });
  }

  function shares(rows: Record<string, number>[], n: number, worse: string, margin: number) {
    const random = seededRandom(5);
    const counts = { pass: 0, regressed: 0, inconclusive: 0, notEvaluated: 0 };
    for (let draw = 0; draw < 200; draw++) {
      const drawn = Array.from({ length: n }, () => rows[randomIndex(random, rows.length)] ?? {});
      counts[decideSuite(suite(threeMetrics(drawn, worse, margin))).verdict] += 1 / 200;
    }
    return counts;
  }

  testWithData("a true loss of 17 points is blocked in 95 % of suites of 200, at 5 points", file, (path) => {
    expect(shares(readTable(path), 200, "6b_finetuning", 0.05).regressed).toBeGreaterThanOrEqual(0.95);
  });

  testWithData("a true loss of 4.3 points is found at full size, at 2 points", file, (path) => {
    const verdict = decideSuite(suite(threeMetrics(readTable(path), "175b_finetuning", 0.02)));
    expect(verdict.verdict).toBe("regressed");
    expect(verdict.reason).toBe("metric-0 fell 4.3 points (95 % interval 1.5 to 7.1), more than the 2 points allowed");
  });

  testWithData("and hardly ever passes a suite of 50", file, (path) => {
    expect(shares(readTable(path), 50, "175b_finetuning", 0.02).pass).toBeLessThan(0.05);
  });
});

test("the p of a real pair is McNemar's mid-p, one-sided", () => {
  const own = [
    ...Array.from({ length: 12 }, (_, i) => scored(`l${i}`, 1, 0)),
    ...Array.from({ length: 5 }, (_, i) => scored(`w${i}`, 0, 1)),
    ...Array.from({ length: 83 }, (_, i) => scored(`t${i}`, 1, 1)),
  ];
  expect(decideSuite(suite([metric(own)])).metrics[0]?.comparison?.p).toBeCloseTo(0.09625244140624994 / 2, 10);
});
