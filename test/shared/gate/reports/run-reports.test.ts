import { describe, expect, test } from "vitest";
import { htmlReport } from "../../../../src/shared/gate/reports/html-report.ts";
import { junitReport } from "../../../../src/shared/gate/reports/junit-report.ts";
import type { RunReport } from "../../../../src/shared/gate/reports/run-report.ts";
import { textReport } from "../../../../src/shared/gate/reports/text-report.ts";
import { cases, metric, scored, suite } from "../comparisons.ts";
import { figures, judged, reportOf } from "../reports.ts";

const advises = "advises: 49 of 50 labels";
const slower = Array.from({ length: 61 }, (_, i) => scored(`a-${i}`, 1 + (i % 3), 2 + (i % 5)));
const own = suite([
  metric([...cases("a", 60, 1, 1), scored("b", 1, 0)]),
  metric(cases("a", 61, 1, 0), { name: "relevance", primary: false, blocking: false, advises }),
  metric(slower, {
    ...{ name: "latency", scale: "number" },
    primary: false,
    blocking: false,
    compared: false,
  }),
]);
const spent = { calls: 360, costNanoUsd: 420_000_000, unpriced: 0, by: ["gpt-4.1"] };
const run = (rest: Partial<RunReport> = {}): RunReport => ({
  kind: "compare",
  subject: "main against the working tree",
  line: "Passed",
  notes: [],
  failing: [],
  report: reportOf([judged(own)], { figures: [figures("head", { judged: spent })] }),
  ...rest,
});
const twice = run({ report: reportOf([judged(own), judged(own, { rules: "head" })]) });

describe("reports of a run", () => {
  test("a judge that does not block says why, in each of them", () => {
    expect(textReport(run())).toContain(advises);
    expect(htmlReport(run())).toContain(advises);
    expect(junitReport(run())).toContain(`<skipped message="${advises}"/>`);
  });

  test("what judges cost stands beside what the answers cost", () => {
    expect(textReport(run())).toContain("judging $0.42 for 360 calls");
    expect(htmlReport(run())).toContain("$0.42 for 360 calls");
  });

  test("what is not compared has no interval of a change either", () => {
    const line = textReport(run())
      .split("\n")
      .find((text) => text.includes("latency"));
    expect(line).toMatch(/not compared +– .*not compared$/);
  });

  test("the page's charts stand outside the table, where no window hides them", () => {
    const html = htmlReport(run());
    expect(html.match(/<table>.*?<\/table>/gs)?.join("")).not.toContain("<svg");
    expect(html).toContain('<div class="charts"><div>groundedness</div><div><svg');
  });

  test("JUnit names whose rules hold only where a suite is judged under both", () => {
    expect(junitReport(run({ report: reportOf([judged(own, { rules: "head" })]) }))).not.toContain("rules");
    expect(junitReport(twice)).toContain('<testsuite name="support on assistant, under head&#39;s own rules"');
    expect(junitReport(twice)).toContain('<testsuite name="support on assistant, under base&#39;s rules"');
  });
});
