import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { renderCheck } from "../../../src/shared/gate/check-text.ts";
import { renderComment } from "../../../src/shared/gate/comment.ts";
import type { GateReport } from "../../../src/shared/gate/report.ts";
import { hostileText } from "./hostile-text.ts";
import { readMarkdown } from "./read-markdown.ts";
import { figures, flip, promptDiff, scenarios } from "./reports.ts";

/** A report in which every text that comes from outside is this one. */
function reportWith(text: string): GateReport {
  const { comparisons, ...report } = scenarios.edited();
  const diff = promptDiff("a", "b");
  return {
    ...report,
    okBy: text,
    gateId: text,
    verdict: { ...report.verdict, reasons: [text] },
    comparisons: comparisons.map((own) => ({
      ...own,
      suite: text,
      prompt: text,
      verdict: {
        ...own.verdict,
        reason: text,
        metrics: own.verdict.metrics.map((metric) => ({
          ...metric,
          name: `${text}${metric.name}`,
          unit: text,
          missing: [text],
          mustPassFailures: [{ caseId: text, metric: text, passed: 0, repeats: 3, required: 3 }],
          segments: metric.comparison
            ? [{ ...metric.comparison, dimension: text, value: text, regressed: true, tested: true, reason: text }]
            : [],
        })),
      },
    })),
    edits: [text],
    baselines: [
      {
        ...{ suite: text, prompt: text, commit: text, gateId: text, subjectDigest: text, deployment: text },
        ...{ answeredBy: { [text]: 3 }, datasetDigest: text, lineage: { version: text, files: { [text]: text } } },
        ...{ repeats: 3, judges: {}, judgedBy: [], metrics: {}, recordedAt: text },
      },
    ],
    diffs: [
      {
        ...diff,
        name: text,
        baseVersion: text,
        headVersion: `${text}2`,
        fields: [{ key: text, base: text, head: { [text]: text } }],
        messages: [
          {
            role: "system",
            index: 0,
            kind: "changed",
            lines: [
              { kind: "removed", text: "a" },
              { kind: "added", text },
            ],
          },
        ],
      },
    ],
    flips: [
      flip(text, {
        suite: text,
        prompt: text,
        metric: text,
        input: text,
        baseOutput: text,
        headOutput: text,
        reason: text,
        segments: { [text]: text },
      }),
    ],
    figures: [figures("base"), figures("head")].map((own) => ({
      ...own,
      suite: text,
      prompt: text,
      promptVersion: text,
      deployment: text,
      modelVersion: text,
      answeredBy: { [text]: 3 },
    })),
    failures: [text],
    findings: scenarios.findings().findings.map((own) => ({ ...own, path: text, message: text, fix: text })),
  };
}

describe("property: texts from outside", () => {
  test("stay in their line, cell, fence and details, and link nothing", () => {
    const usual = readMarkdown(renderComment(reportWith("usual text")));
    fc.assert(
      fc.property(hostileText, (hostile) => {
        const markdown = renderComment(reportWith(`a ${hostile} z`));
        const read = readMarkdown(markdown);
        expect(read.strangeTags).toEqual([]);
        expect(read.brokenTables).toEqual([]);
        expect(read.live).not.toMatch(/(?:^|[^\w`])@\w|#\d|\bGH-\d|:\/\/|\bwww\./i);
        expect(read.links.filter((url) => !url.startsWith("/acme/support/blob/"))).toEqual([]);
        expect(read.skeleton.map(withoutOpen)).toEqual(usual.skeleton.map(withoutOpen));
        // biome-ignore lint/suspicious/noControlCharactersInRegex: none of them may be left
        expect(markdown).not.toMatch(/[\u0000-\u0008\u202a-\u202e\u2066-\u2069]/);
      }),
      { numRuns: 60 },
    );
  }, 120_000);
});

const withoutOpen = (block: string) => block.replace("<details open>", "<details>");

const number = fc.oneof(fc.double(), fc.nat(), fc.constantFrom(0, -0, 1, Number.NaN, Number.POSITIVE_INFINITY));
const longText = fc.nat({ max: 30_000 }).map((length) => "word @team | ".repeat(length / 12));
const text = fc.oneof({ weight: 3, arbitrary: hostileText }, { weight: 1, arbitrary: longText });

const oddReport = fc
  .record({
    name: fc.constantFrom(...Object.keys(scenarios)),
    numbers: fc.array(number, { minLength: 8, maxLength: 8 }),
    texts: fc.array(text, { maxLength: 40 }),
    times: fc.nat({ max: 80 }),
    mode: fc.constantFrom("observe", "enforce"),
  })
  .map(({ name, numbers, texts, times, mode }): GateReport => {
    const report = Object.entries(scenarios).find(([own]) => own === name)?.[1]() ?? scenarios.empty();
    const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0] = numbers;
    const comparisons = report.comparisons.map((own) => ({
      ...own,
      verdict: {
        ...own.verdict,
        metrics: own.verdict.metrics.map((metric) => ({
          ...metric,
          headMean: a,
          margin: b,
          mde: c,
          ...(metric.comparison
            ? {
                comparison: {
                  ...metric.comparison,
                  rawDifference: d,
                  difference: d,
                  interval: { low: e, high: f, level: 0.95, sides: "two" as const },
                },
              }
            : {}),
        })),
      },
    }));
    return {
      ...report,
      mode: mode === "observe" ? "observe" : "enforce",
      comparisons:
        times % 7 === 0
          ? Array.from({ length: times }, (_, index) =>
              comparisons.map((own) => ({ ...own, suite: `${own.suite}-${index}` })),
            ).flat()
          : comparisons,
      edits: texts,
      failures: texts,
      flips: texts.map((own, index) =>
        flip(own, { headOutput: own, baseScore: g, headScore: h, direction: index % 2 ? "passToFail" : "failToPass" }),
      ),
      findings: texts.flatMap((own) =>
        scenarios.findings().findings.map((finding) => ({ ...finding, path: own, message: own, fix: own })),
      ),
      diffs: texts.slice(0, 5).map((own) => promptDiff("a", `b ${own.slice(0, 20_000)}`)),
      figures: texts.map((own) =>
        figures("head", {
          suite: own,
          samples: times,
          reused: a,
          costNanoUsd: b,
          unpriced: c,
          latencyP50: d,
          answeredBy: Object.fromEntries(texts.map((model) => [model, 1])),
        }),
      ),
    };
  });

describe("property: odd reports", () => {
  test("are told whole, within GitHub's limits, and the same twice", () => {
    fc.assert(
      fc.property(oddReport, (report) => {
        const markdown = renderComment(report);
        expect(markdown.length).toBeLessThanOrEqual(60_000);
        expect(renderComment(report)).toBe(markdown);
        const { strangeTags, brokenTables, openTags } = readMarkdown(markdown);
        expect(strangeTags).toEqual([]);
        expect(brokenTables).toEqual([]);
        for (const tag of ["details", "table", "td", "sub"]) expect(openTags[tag]).toBe(openTags[`/${tag}`]);
        expect(markdown.trimEnd()).toMatch(/(<\/sub>|_To stay within the length that GitHub allows, .*\._)$/);
        const check = renderCheck(report);
        expect(check.title.length).toBeLessThanOrEqual(255);
        expect(check.title).not.toMatch(/[\n\u202e]/);
        expect(check.summary.length).toBeLessThanOrEqual(10_000);
        expect(check.text?.length).toBeLessThanOrEqual(60_000);
      }),
      { numRuns: 30 },
    );
  }, 120_000);
});
