import { expect, test } from "vitest";
import { marginFindings } from "../../../src/shared/gate/margin-findings.ts";
import { casesFile, suiteFile } from "../../support/ai-repository.ts";
import { readFiles } from "../repository/memory-repository.ts";

async function findings(count: number, edit: (text: string) => string = (text) => text, margin = 0.05) {
  const files = { "evals/helper.yaml": edit(suiteFile({ margin })), "evals/helper-cases.jsonl": casesFile(count) };
  const { suites } = await readFiles(files);
  return suites.flatMap(marginFindings);
}

test("a margin that the cases cannot reach is a warning with the numbers and the mend", async () => {
  expect(await findings(60)).toMatchObject([
    {
      code: "suite/margin-unreachable",
      severity: "warning",
      line: 7,
      message:
        "`margin: 0.05` of `says-ok` cannot be reached by 60 cases × 1 repeat: once any answer moves they cannot hold less than 6 points.",
      fix: "Write `margin: 0.06` or more, or raise the suite to 80 cases; repeats alone do not help.",
    },
  ]);
  expect(await findings(80)).toEqual([]);
  // No score can fall by more than its range.
  expect((await findings(2))[0]?.message).toContain("2 cases × 1 repeat: once any answer moves they cannot hold any.");
});

test("a suite that cannot pay for a second look keeps its whole error for the first, and reaches more", async () => {
  expect(await findings(60, (text) => `${text}budget: { maxCalls: 60 }\n`)).toEqual([]);
});

test("a cluster counts once", async () => {
  const clustered = (text: string) => text.replaceAll('"inputs"', '"cluster":"one","inputs"');
  const files = {
    "evals/helper.yaml": suiteFile({ margin: 0.05 }),
    "evals/helper-cases.jsonl": clustered(casesFile(80)),
  };
  const { suites } = await readFiles(files);
  expect(suites.flatMap(marginFindings)[0]?.message).toContain("80 cases in 1 cluster × 1 repeat");
});

test("a margin that is not set yet is a warning; one that does not block is nobody's", async () => {
  const auto = (text: string) => text.replace("margin: 0.05", "margin: auto");
  expect(await findings(60, auto)).toMatchObject([
    { code: "suite/margin-auto", severity: "warning", fix: expect.stringContaining("assay margin evals/helper.yaml") },
  ]);
  expect(await findings(60, (text) => auto(text).replace("primary: true", "primary: true, blocking: false"))).toEqual(
    [],
  );
});
