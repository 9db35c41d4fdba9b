import { expect, test } from "vitest";
import { requireMetrics } from "../../../src/shared/evals/metrics.ts";
import { plannedJudging } from "../../../src/shared/evals/planned-judging.ts";
import { EvalCase } from "../../../src/shared/repository/suite.ts";

test("every sample is judged once by each judge, twice by the pairwise one, and a lexical metric asks nobody", () => {
  const metrics = requireMetrics([
    { uses: "contains", with: { value: "a" }, primary: true },
    { uses: "judge/relevance", with: { judge: "j@1" }, primary: false },
    { uses: "judge/pairwise", with: { judge: "k" }, primary: false },
    { uses: "embedding-similarity", with: { deployment: "e" }, primary: false },
  ]);
  const item = {
    caseId: "c",
    requestDigest: "d",
    request: { deployment: "m", messages: [{ role: "user" as const, content: "q" }] },
    cases: [{ digest: "k", case: EvalCase.parse({ id: "c", inputs: {} }) }],
    repeats: 3,
  };
  const planned = plannedJudging(metrics, item, 1).map(({ request, repeats, kept }) => [
    request.deployment,
    repeats,
    kept,
  ]);
  expect(planned).toEqual([
    ["j", 3, 1],
    ["k", 6, 2],
    ["e", 3, 1],
  ]);
});
