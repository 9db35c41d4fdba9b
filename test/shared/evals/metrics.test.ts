import { describe, expect, test } from "vitest";
import * as z from "zod";
import { defineEvaluator } from "../../../src/shared/evals/evaluator.ts";
import { type Metric, requireMetrics, resolveMetrics } from "../../../src/shared/evals/metrics.ts";
import { evaluatorIds, getEvaluator, needsExpected } from "../../../src/shared/evals/registry.ts";
import { scoreSample } from "../../../src/shared/evals/score-sample.ts";
import { SuiteEvaluator } from "../../../src/shared/repository/suite.ts";
import { aCase, aSample, scored } from "./evaluators/scored.ts";

function entries(...list: Record<string, unknown>[]): SuiteEvaluator[] {
  return list.map((entry) => SuiteEvaluator.parse(entry));
}

function problemsOf(...list: Record<string, unknown>[]): string[] {
  return resolveMetrics(entries(...list)).problems.map((p) => `${p.index}/${p.path.join("/")}: ${p.message}`);
}

describe("metrics of a suite", () => {
  test("defaults: name, primary, blocking, passAt", () => {
    const [a, b, c] = requireMetrics(
      entries(
        { uses: "json-valid" },
        { uses: "facts", threshold: 0.8 },
        { uses: "latency", name: "seconds", margin: 0.5 },
      ),
    );
    expect(a).toMatchObject({ name: "json-valid", primary: false, blocking: false, passAt: 0.5, better: "higher" });
    expect(b).toMatchObject({ name: "facts", primary: true, blocking: true, passAt: 0.5, threshold: 0.8 });
    expect(c).toMatchObject({ name: "seconds", blocking: true, better: "lower", scale: "number", margin: 0.5 });
    expect(c?.passAt).toBeUndefined();
  });

  test("the digest follows evaluator and options, not their spelling, name or thresholds", () => {
    const digest = (entry: Record<string, unknown>) => requireMetrics(entries(entry))[0]?.digest;
    const one = digest({ uses: "length", with: { min: 1, max: 2 } });
    expect(digest({ uses: "length", with: { max: 2, min: 1 }, name: "x", threshold: 0.5 })).toBe(one);
    expect(digest({ uses: "length", with: { min: 1, max: 3 } })).not.toBe(one);
    expect(digest({ uses: "contains" })).not.toBe(digest({ uses: "icontains" }));
  });

  test("bad input: unknown evaluators name the closest, refused dialects their reason", () => {
    expect(problemsOf({ uses: "groundednes" })[0]).toContain('The closest is "groundedness"');
    expect(problemsOf({ uses: "Contain-All" })[0]).toContain('"contains-all"');
    expect(problemsOf({ uses: "meteor" })[0]).toContain("WordNet");
    for (const id of ["meteor@nltk", "chrf", "chrf@sacrebleu", "bleu@promptfoo", "rouge1@js-rouge", "rouge-s"])
      expect(() => getEvaluator(id)).toThrow(/is refused: /);
  });

  test("bad input: options that do not exist, are out of range or absent", () => {
    expect(problemsOf({ uses: "contains", with: { valeu: "x" } })).toEqual([
      '0/with/valeu: Metric "contains": contains has no option `valeu`',
    ]);
    expect(problemsOf({ uses: "refusal", with: { expect: "maybe" } })[0]).toMatch(/expect.*"refuse"\|"answer"\|"auto"/);
    expect(problemsOf({ uses: "length", with: { min: 5, max: 2 } })[0]).toContain("`min` is above `max`");
    expect(problemsOf({ uses: "length" })[0]).toContain("needs `min`, `max` or both");
    expect(problemsOf({ uses: "regex" })[0]).toContain("0/with/pattern");
  });

  test("bad input: thresholds out of range", () => {
    expect(problemsOf({ uses: "facts", threshold: 80 })[0]).toContain("0 to 1 (write 80 % as 0.8)");
    expect(problemsOf({ uses: "facts", passAt: -1 })[0]).toContain("0/passAt");
    expect(problemsOf({ uses: "facts", margin: 5 })[0]).toContain("0/margin");
    expect(problemsOf({ uses: "latency", threshold: 80, margin: 5 })).toEqual([]);
  });

  test("bad input: names and primaries are unique", () => {
    expect(problemsOf({ uses: "facts" }, { uses: "facts" })[0]).toContain("1/name");
    expect(problemsOf({ uses: "facts", primary: true }, { uses: "f1", primary: true })[0]).toContain("1/primary");
    expect(() => requireMetrics(entries({ uses: "facts" }, { uses: "facts" }))).toThrow(/another metric has this name/);
  });

  test("bad input: a broken schema or pattern is a problem of the suite", () => {
    expect(problemsOf({ uses: "json-schema", with: { schema: { type: "objekt" } } })[0]).toContain(
      "not a usable JSON Schema",
    );
    expect(problemsOf({ uses: "json-schema", with: { schema: { $ref: "https://x.example/y" } } })[0]).toContain(
      "JSON Schema",
    );
    expect(problemsOf({ uses: "regex", with: { pattern: "(" } })[0]).toContain("0/with/pattern");
    expect(problemsOf({ uses: "regex", with: { pattern: "(?=a)b" } })[0]).toContain("linear time");
    expect(problemsOf({ uses: "regex", with: { pattern: "(a)\\1" } })[0]).toContain("linear time");
    expect(problemsOf({ uses: "regex", with: { pattern: "a", flags: "g" } })[0]).toContain(
      "allowed flags are i, m and s",
    );
  });

  test("bad input: a regex that would backtrack for ever is fast", async () => {
    const hostile = `${"a".repeat(20_000)}!`;
    const started = performance.now();
    expect(await scored("regex", { pattern: "^(a+)+$" }, hostile)).toEqual({ value: 0 });
    const schema = { type: "string", pattern: "^(a|a)*$" };
    expect(await scored("json-schema", { schema }, JSON.stringify(hostile))).toMatchObject({ value: 0 });
    // Backtracking would take longer than the universe has; the bound is no measure of speed.
    expect(performance.now() - started).toBeLessThan(20_000);
  });

  test("every evaluator has a summary and takes an empty or a wrong option object without a crash", () => {
    for (const id of evaluatorIds()) {
      const evaluator = getEvaluator(id);
      expect(evaluator.id).toBe(id);
      expect(evaluator.summary.length).toBeGreaterThan(10);
      expect(evaluator.options.safeParse({ nonsense: 1 }).success, id).toBe(false);
    }
  });
});

test("what needs a case's `expected` is known of every evaluator that runs without being asked for options", async () => {
  const bare = { case: aCase(), sample: aSample("an answer") };
  for (const id of evaluatorIds()) {
    const evaluator = getEvaluator(id);
    const options = evaluator.options.safeParse({});
    if (!options.success) continue;
    const score = await evaluator.score(bare, options.data);
    const lacks = "notApplicable" in score && score.notApplicable.includes("`expected`");
    expect([id, needsExpected({ uses: id, with: {} })]).toEqual([id, lacks]);
  }
  for (const uses of ["label", "embedding-similarity", "judge/pairwise", "judge/factuality"])
    expect(needsExpected({ uses, with: {} })).toBe(true);
  expect(needsExpected({ uses: "equals", with: { value: "a" } })).toBe(false);
});

describe("scoreSample", () => {
  function metric(score: () => number, scale: "binary" | "fraction" | "number" = "fraction"): Metric {
    const options = z.object({});
    const evaluator = defineEvaluator({
      id: "made",
      summary: "made here",
      scale,
      better: "higher",
      options,
      score: () => ({ value: score() }),
    });
    return {
      name: "m",
      evaluator,
      options: {},
      digest: "",
      asks: [],
      scale,
      better: "higher",
      primary: true,
      blocking: true,
    };
  }

  test("bad input: an evaluator that throws is missing, never an exception", async () => {
    const broken = metric(() => {
      throw new TypeError("no such field");
    });
    const scores = await scoreSample([broken, { ...metric(() => 0.5), name: "n" }], {
      case: aCase(),
      sample: aSample("x"),
    });
    expect(scores).toEqual({ m: { missing: "made failed: no such field" }, n: { value: 0.5 } });
  });

  test.each([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 1.5, -0.1])(
    "bad input: NaN, infinite scores and scores off the scale are missing: %d",
    async (value) => {
      const scores = await scoreSample([metric(() => value)], { case: aCase(), sample: aSample("x") });
      expect(scores.m).toHaveProperty("missing");
    },
  );

  test("a binary scale takes 0 and 1 alone, a number scale any finite number", async () => {
    const input = { case: aCase(), sample: aSample("x") };
    expect((await scoreSample([metric(() => 0.5, "binary")], input)).m).toHaveProperty("missing");
    expect((await scoreSample([metric(() => -7, "number")], input)).m).toEqual({ value: -7 });
  });
});
