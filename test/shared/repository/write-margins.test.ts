import { expect, test } from "vitest";
import { writeMargins } from "../../../src/shared/repository/write-margins.ts";

const suite = [
  "# Kept as it is.",
  "schema: assay/suite/v1",
  "name: support   # odd   spacing stays",
  "version: 1.0.0",
  "datasets: [{ path: cases.jsonl }]",
  "evaluators:",
  "  # Does it stand in the documentation?",
  "  - { name: grounded, uses: groundedness, primary: true, margin: auto, threshold: 0.8 }",
  "",
  "  - uses: refusal",
  '    margin: "auto"   # for now',
  "  - { uses: equals, margin: 0.1 }",
  "repeats: 3",
  "",
].join("\n");
const margins = [
  { metric: "refusal", margin: 0.045, sentence: "this suite of 60 sees drops of 4.5 points or more" },
  { metric: "grounded", margin: 0.09, sentence: "this suite of 60 sees drops of 9 points or more" },
];

test("numbers take the place of auto, each with its sentence, and nothing else changes", () => {
  expect(writeMargins("evals/support.yaml", suite, margins)).toBe(
    suite
      .replace("margin: auto, threshold", "margin: 0.09, threshold")
      .replace(
        "  - { name: grounded",
        "  # grounded: this suite of 60 sees drops of 9 points or more\n  - { name: grounded",
      )
      .replace('margin: "auto"', "margin: 0.045")
      .replace(
        "  - uses: refusal",
        "  # refusal: this suite of 60 sees drops of 4.5 points or more\n  - uses: refusal",
      ),
  );
});

test("a list in one line is written too", () => {
  const flow = suite.replace(/evaluators:\n[\s\S]*repeats/, "evaluators: [{ uses: refusal, margin: auto }]\nrepeats");
  expect(writeMargins("evals/support.yaml", flow, margins.slice(0, 1))).toContain(
    "# refusal: this suite of 60 sees drops of 4.5 points or more\nevaluators: [{ uses: refusal, margin: 0.045 }]\n",
  );
});

test("bad input: a metric that is not there, or has a number already, is refused by name", () => {
  const set = (metric: string) => () =>
    writeMargins("evals/support.yaml", suite, [{ metric, margin: 0.1, sentence: "" }]);
  expect(set("equals")).toThrow('evals/support.yaml has no metric "equals" with `margin: auto`');
  expect(set("other")).toThrow(/no metric "other"/);
});
