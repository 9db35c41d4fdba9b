import { expect, test } from "vitest";
import { findWorstCases } from "../../../src/shared/gate/worst-cases.ts";
import { type CaseFacts, judgedSamples } from "./judged-samples.ts";

async function worstOf(facts: Record<string, CaseFacts>, rules: Parameters<typeof judgedSamples>[1]) {
  const { comparison, judged, cases, readShard } = judgedSamples(facts, rules);
  return { verdict: judged.verdict.verdict, worst: await findWorstCases(comparison, judged, cases, readShard) };
}

const many = (prefix: string, n: number, facts: CaseFacts) =>
  Object.fromEntries(Array.from({ length: n }, (_, index) => [`${prefix}${index}`, facts]));

test("a floor missed without a base shows the cases that fail, the worst first, with answer, reason and question", async () => {
  const { verdict, worst } = await worstOf(
    {
      ...many("half", 3, { head: [1, 0] }),
      ...many("bad", 30, { head: [0, 0] }),
      ...many("good", 5, { head: [1, 1] }),
    },
    { threshold: 0.8, repeats: 2 },
  );
  expect(verdict).toBe("regressed");
  expect(worst).toHaveLength(20);
  expect(worst[0]).toEqual({
    ...{ suite: "s", prompt: "p", caseId: "bad0", metric: "m", kind: "fails", segments: {}, headScore: 0, repeats: 2 },
    ...{ input: "q: question of bad0", headOutput: "head answer 0 of bad0", reason: "why bad0 0" },
  });
  expect(worst.map(({ caseId }) => caseId).join()).not.toContain("good");
});

test("what fails in part counts as failing where the floor asks for more, and shows the repeat that failed", async () => {
  const { worst } = await worstOf(
    { ...many("half", 20, { head: [1, 0, 1] }), ...many("good", 2, { head: [1, 1, 1] }) },
    { threshold: 0.95, repeats: 3 },
  );
  expect(worst[0]).toMatchObject({ caseId: "half0", headScore: 2 / 3, headOutput: "head answer 1 of half0" });
});

test("an inconclusive loss spread over repeats shows the cases that fell most, and both answers of the repeat that fell", async () => {
  const { verdict, worst } = await worstOf(
    {
      ...many("kept", 20, { base: [1, 1, 1], head: [1, 1, 1] }),
      ...many("part", 2, { base: [1, 1, 1], head: [1, 1, 0] }),
      flipped: { base: [1, 1, 1], head: [0, 0, 0] },
    },
    { margin: 0.05, repeats: 3 },
  );
  expect(verdict).toBe("inconclusive");
  // The case that flipped is shown as a flip.
  expect(worst.map(({ caseId }) => caseId)).toEqual(["part0", "part1"]);
  expect(worst[0]).toMatchObject({
    ...{ kind: "fell", baseScore: 1, headScore: 2 / 3, repeats: 3 },
    ...{ baseOutput: "base answer 2 of part0", headOutput: "head answer 2 of part0", reason: "why part0 2" },
  });
});

test("a case that must pass comes first, though base fails it too", async () => {
  const { worst } = await worstOf(
    {
      ...many("kept", 40, { base: [1], head: [1] }),
      bad: { base: [0], head: [0] },
      must: { base: [0], head: [0], mustPass: true },
    },
    { margin: 0.1, threshold: 0.99 },
  );
  expect(worst.map(({ caseId, kind }) => [caseId, kind])).toEqual([
    ["must", "fails"],
    ["bad", "fails"],
  ]);
});

test("a holdout's texts are kept out; what passes has nothing to show", async () => {
  const { worst } = await worstOf(many("hidden", 20, { head: [0], holdout: true }), { threshold: 0.8 });
  expect(worst).toHaveLength(20);
  expect(JSON.stringify(worst)).not.toMatch(/answer 0|question of|why/);
  const passing = await worstOf(many("a", 200, { base: [1], head: [1] }), { margin: 0.1 });
  expect(passing).toMatchObject({ verdict: "pass", worst: [] });
});
