import { expect, test } from "vitest";
import { lintWhole } from "../../../src/shared/gate/findings.ts";
import { aiRepository, suiteFile } from "../../support/ai-repository.ts";
import { lines } from "../../support/run-cli.ts";
import { readFiles } from "../repository/memory-repository.ts";

async function findings(uses: string, ...expected: (string | undefined)[]) {
  const cases = expected.map((text, i) => ({ id: `c${i}`, inputs: { question: `${i}?` }, expected: text }));
  const files = {
    ...aiRepository(),
    "evals/helper.yaml": suiteFile().replace("uses: contains, with: { value: ok }", uses),
    "evals/helper-cases.jsonl": lines(...cases),
  };
  const all = lintWhole(await readFiles(files));
  return all.filter(({ code }) => code === "case/no-expected");
}

test("bad input: a case without `expected` beside others that have it is named with its file and line", async () => {
  expect(await findings("uses: levenshtein", "yes", undefined, "")).toMatchObject([
    {
      ...{ severity: "warning", path: "evals/helper-cases.jsonl", line: 2 },
      message: "Case `c1` has no `expected`, which others of `helper` have: it counts for nothing in `says-ok`.",
    },
  ]);
  expect(await findings("uses: f1", "yes", ...Array.from({ length: 30 }, () => undefined))).toHaveLength(20);
});

test("nothing is said where no metric compares with it, it brings its own, or no case has one", async () => {
  expect(await findings("uses: contains, with: { value: ok }", "yes", undefined)).toEqual([]);
  expect(await findings("uses: length, with: { min: 1 }", "yes", undefined)).toEqual([]);
  expect(await findings("uses: equals", undefined, undefined)).toEqual([]);
});
