import { describe, expect, test } from "vitest";
import { baselineMargin } from "../../../src/shared/gate/baseline-margin.ts";
import type { CaseScores } from "../../../src/shared/gate/comparison.ts";
import { setMargins } from "../../../src/shared/gate/set-margins.ts";
import { SuiteFile } from "../../../src/shared/repository/suite.ts";
import { seededRandom } from "../../../src/shared/statistics/random.ts";
import { cases, metric, scored, suite } from "./comparisons.ts";

/** Cases of which a share fails at random, drawn `repeats` times on base; head is what the test gives. */
function drawn(n: number, fails: number, repeats: number, head = 1): CaseScores[] {
  const random = seededRandom(7);
  return Array.from({ length: n }, (_, i) =>
    scored(
      `c${i}`,
      Array.from({ length: repeats }, () => (random() < fails ? 0 : 1)),
      head,
    ),
  );
}

describe("a margin that is still on auto in a gate", () => {
  test("comes from base alone: head cannot move its own bar", () => {
    const at = (head: number) =>
      baselineMargin(metric(drawn(120, 0.02, 3, head), {}), { cases: 120, repeats: 3, looks: 2 });
    expect(at(1)).toEqual(at(0));
    expect(at(1)?.margin).toBeGreaterThan(0.03);
    expect(at(1)?.margin).toBeLessThanOrEqual(0.1);
    expect(at(1)?.sentence).toMatch(/^this suite of 120 sees drops of/);
  });

  test("comes from the declared repeats: what an extension adds does not move it", () => {
    const size = { cases: 120, repeats: 3, looks: 2 };
    const long = drawn(120, 0.05, 9);
    const short = long.map((own) => ({ ...own, base: own.base.slice(0, 3) }));
    expect(baselineMargin(metric(long), size)).toEqual(baselineMargin(metric(short), size));
  });

  test("grows with base's noise", () => {
    const at = (fails: number) => baselineMargin(metric(drawn(400, fails, 4)), { cases: 400, repeats: 4 })?.margin ?? 0;
    expect(at(0.1)).toBeGreaterThan(at(0.01));
  });

  test("of one repeat takes all that tells cases apart for noise, and so is the wider", () => {
    const at = (repeats: number) => baselineMargin(metric(fixed(repeats)), { cases: 400, repeats })?.margin ?? 0;
    const fixed = (repeats: number) =>
      Array.from({ length: 400 }, (_, i) => scored(`c${i}`, Array(repeats).fill(i % 40 ? 1 : 0), 1));
    expect(at(1)).toBeGreaterThan(at(2));
  });

  test("bad input: without a base there is none", () => {
    expect(baselineMargin(metric([scored("new", [], 1)]), { cases: 1, repeats: 1 })).toBeUndefined();
  });
});

test("`assay margin` writes what the run says, and says it", () => {
  const text = [
    "schema: assay/suite/v1",
    "name: support",
    "version: 1.0.0",
    "datasets: [{ path: cases.jsonl }]",
    "evaluators:",
    "  - { name: groundedness, uses: groundedness, margin: auto } # primary",
    "",
  ].join("\n");
  const { evaluators } = SuiteFile.parse({
    schema: "assay/suite/v1",
    name: "support",
    version: "1.0.0",
    datasets: [{ path: "cases.jsonl" }],
    evaluators: [{ name: "groundedness", uses: "groundedness", margin: "auto" }],
  });
  const run = suite([metric([...cases("same", 98, 1, 1), scored("a", 0, 1), scored("b", 1, 0)])]);
  const set = setMargins({ path: "evals/support.yaml", text, evaluators }, run, { cases: 100, repeats: 1 });
  const [found] = set.margins;
  expect(found).toMatchObject({
    metric: "groundedness",
    sentence: expect.stringMatching(/^this suite of 100 sees drops of/),
  });
  expect(set.text).toContain(
    `  # groundedness: ${found?.sentence}\n  - { name: groundedness, uses: groundedness, margin: ${found?.margin} } # primary`,
  );
});
