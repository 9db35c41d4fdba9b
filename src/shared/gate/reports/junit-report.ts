import type { MetricVerdict } from "../comparison.ts";
import type { GateReport, JudgedComparison } from "../report.ts";
import type { RunReport } from "./run-report.ts";

/**
 * JUnit's XML as CI systems read it: a suite for each comparison, a test for each metric and for each case that must pass and
 * did not. `failure`: regressed; `error`: not evaluated; `skipped`: inconclusive, or shown only.
 */
export function junitReport({ report, subject }: RunReport): string {
  const suites = report.comparisons.map((own) => suiteXml(own, report));
  const sum = (key: "tests" | "failures" | "errors" | "skipped") => suites.reduce((total, own) => total + own[key], 0);
  const seconds = (Date.parse(report.concludedAt) - Date.parse(report.startedAt)) / 1000;
  const counts = `tests="${sum("tests")}" failures="${sum("failures")}" errors="${sum("errors")}" skipped="${sum("skipped")}"`;
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="${xml(subject)}" ${counts} time="${Math.max(0, seconds || 0)}">`,
    ...suites.map(({ text }) => text),
    "</testsuites>",
    "",
  ].join("\n");
}

interface TestCase {
  name: string;
  kind?: "failure" | "error" | "skipped";
  message?: string;
}

function suiteXml(own: JudgedComparison, { comparisons, concludedAt: at }: GateReport) {
  const { suite, prompt, rules, advisory, verdict } = own;
  const twice = comparisons.some((other) => other !== own && other.suite === suite && other.prompt === prompt);
  const under = twice ? `, under ${rules === "base" ? "base's" : "head's own"} rules` : "";
  const name = `${[suite, prompt].filter(Boolean).join(" on ")}${under}`;
  const tests = [
    ...verdict.metrics.map((metric) => metricTest(metric, advisory)),
    ...verdict.metrics.flatMap(({ mustPassFailures, judged }) =>
      judged
        ? mustPassFailures.map(({ caseId, metric, passed, repeats }): TestCase => {
            return {
              name: `${metric}: case ${caseId}`,
              kind: "failure",
              message: `must pass and did in ${passed} of ${repeats} repeats`,
            };
          })
        : [],
    ),
  ];
  const count = (kind: TestCase["kind"]) => tests.filter((test) => test.kind === kind).length;
  const counts = { tests: tests.length, failures: count("failure"), errors: count("error"), skipped: count("skipped") };
  const shown = `tests="${counts.tests}" failures="${counts.failures}" errors="${counts.errors}" skipped="${counts.skipped}"`;
  const lines = tests.map((test) => testXml(test, name));
  const text = [
    `  <testsuite name="${xml(name)}" ${shown} timestamp="${xml(at.replace(/\.\d+Z$/, ""))}">`,
    ...lines,
    "  </testsuite>",
  ].join("\n");
  return { ...counts, text };
}

function metricTest({ name, verdict, reason, judged, advises }: MetricVerdict, advisory: boolean): TestCase {
  if (!judged || advisory) return { name, kind: "skipped", message: advises ?? "shown only" };
  const kinds = { pass: undefined, regressed: "failure", notEvaluated: "error", inconclusive: "skipped" } as const;
  const kind = kinds[verdict];
  return kind ? { name, kind, message: verdict === "inconclusive" ? `inconclusive: ${reason}` : reason } : { name };
}

function testXml({ name, kind, message = "" }: TestCase, suite: string): string {
  const head = `    <testcase classname="${xml(suite)}" name="${xml(name)}"`;
  return kind ? `${head}>\n      <${kind} message="${xml(message)}"/>\n    </testcase>` : `${head}/>`;
}

/** Control characters have no place in XML 1.0, not even as references. */
function xml(text: string): string {
  return (
    text
      .toWellFormed()
      // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is taken out
      .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, "\ufffd")
      .replace(/[&<>"'\n\r\t]/g, (char) => `&#${char.charCodeAt(0)};`)
  );
}
