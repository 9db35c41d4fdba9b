import { describe, expect, test } from "vitest";
import {
  annotationOf,
  nothingToDoText,
  progressText,
  renderCheck,
  supersededText,
  waitingText,
} from "../../../src/shared/gate/check-text.ts";
import { finding, headSha, reportOf, scenarios } from "./reports.ts";

describe("the check", () => {
  test("says in its title what the comment says first", () => {
    expect(renderCheck(scenarios.regressed()).title).toBe(
      "Blocked: groundedness fell 30 points (allowed: 5) to 70 %, below its floor of 85 %",
    );
    expect(renderCheck(scenarios.observe()).title).toMatch(/^Observe only, would be blocked: /);
    expect(renderCheck(scenarios.notEvaluated()).title).toBe("Not evaluated: 36 of 720 calls failed (HTTP 503)");
  });

  test("without the planned number of calls it counts those that failed", () => {
    const { calls: _, ...report } = scenarios.notEvaluated();
    expect(renderCheck(report).title).toBe("Not evaluated: 36 calls failed (HTTP 503)");
  });

  test("a failure without a count is said as it is", () => {
    const report = { ...scenarios.overBudget(), failures: ["the change could not be read"] };
    expect(renderCheck(report).title).toBe("Not evaluated: the change could not be read");
    expect(renderCheck(scenarios.overBudget()).title).toBe(
      "Not evaluated: a run would make 9000 calls; caps.maxCallsPerRun of assay.yaml allows 2000",
    );
  });

  test("a long title ends at a word", () => {
    const report = reportOf([], {
      findings: [finding({ message: "word ".repeat(200) })],
      verdict: { ...scenarios.findings().verdict },
    });
    const { title } = renderCheck(report);
    expect(title.length).toBeLessThanOrEqual(255);
    expect(title).toMatch(/word…$/);
  });

  test("gives every reason in its summary", () => {
    const report = scenarios.regressed();
    expect(renderCheck(report).summary).toMatch(
      /^❌ Blocked: groundedness fell 30 points.*\n\n- support: groundedness is 0\.7 /,
    );
  });
});

describe("annotations", () => {
  test("errors come first, with code, place and mend", () => {
    const { annotations = [] } = renderCheck(scenarios.findings());
    expect(annotations.map(({ level }) => level)).toEqual(["failure", "failure", "warning"]);
    expect(annotations[0]).toEqual({
      path: "prompts/refunds.prompt.md",
      startLine: 1,
      endLine: 1,
      startColumn: 1,
      level: "failure",
      title: "prompt/not-covered",
      message: "no suite with thresholds covers this prompt\nMend: name it in `prompts:` of a suite under evals/",
    });
    expect(annotations[1]).toMatchObject({ startLine: 12, startColumn: 3, endColumn: 9 });
  });

  test("columns are given within one line alone: GitHub refuses them elsewhere", () => {
    const annotation = annotationOf(finding({ line: 2, column: 5, endLine: 4, endColumn: 1 }));
    expect(annotation).toMatchObject({ startLine: 2, endLine: 4 });
    expect(annotation).not.toHaveProperty("startColumn");
    expect(annotation).not.toHaveProperty("endColumn");
  });

  test("are no more than anyone reads", () => {
    const findings = Array.from({ length: 500 }, (_, index) => finding({ line: index + 1 }));
    expect(renderCheck({ ...scenarios.findings(), findings }).annotations).toHaveLength(100);
  });
});

describe("other moments", () => {
  test("each says what is and what can be done", () => {
    expect(progressText({ done: 123, total: 1720 })).toEqual({
      title: "123 of 1,720 calls",
      summary: "The suites run on base and head. 123 of 1,720 calls are done.",
    });
    expect(progressText({ done: 0, total: 0 }).title).toBe("Planning");
    expect(waitingText(headSha).summary).toContain(`/ok-to-test ${headSha}`);
    expect(nothingToDoText("No AI assets changed").title).toBe("No AI assets changed");
    expect(supersededText("the head moved").title).toBe("Not evaluated: the head moved");
  });
});
