import { expect, test } from "vitest";
import { findFlips } from "../../../src/shared/gate/flips.ts";
import { judgedSamples } from "./judged-samples.ts";

test("a holdout's scores count and its texts are kept out of the report", async () => {
  const { comparison, judged, cases, readShard } = judgedSamples(
    { open: { base: [1], head: [0] }, hidden: { base: [1], head: [0], holdout: true } },
    { margin: 0.1 },
  );
  const flips = await findFlips(comparison, judged, cases, readShard);
  expect(judged.verdict.metrics[0]?.passToFail).toEqual(["hidden", "open"]);
  expect(flips.map(({ caseId }) => caseId).sort()).toEqual(["hidden", "open"]);
  const text = JSON.stringify(flips);
  expect(text).toContain("question of open");
  expect(text).toContain("why open");
  for (const secret of ["question of hidden", "answer 0 of hidden", "why hidden"]) expect(text).not.toContain(secret);
});
