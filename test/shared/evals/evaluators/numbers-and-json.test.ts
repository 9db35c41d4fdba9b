import { describe, expect, test } from "vitest";
import { numberOf, scored } from "./scored.ts";

describe("numbers", () => {
  test.each<[Record<string, unknown>, string, 0 | 1]>([
    [{ value: 42 }, "The answer is 42.", 1],
    [{ value: 42 }, "A: 41, no, 42", 1],
    [{ value: 42 }, "42 or 43", 0],
    [{ value: 42, pick: "first" }, "42 or 43", 1],
    [{ value: 42, pick: "only" }, "42 or 43", 0],
    [{ value: 1_234_567.5 }, "$1,234,567.50", 1],
    [{ value: -3 }, "about −3 degrees", 1],
    [{ value: 1500 }, "1.5e3", 1],
    [{ value: 100, absolute: 0.5 }, "100.4", 1],
    [{ value: 100, absolute: 0.5 }, "100.6", 0],
    [{ value: 200, relative: 0.01 }, "198", 1],
    [{ value: 2 }, "COVID19 and v2x", 0],
    [{ value: 12.5 }, "12,5 %", 1],
    [{ value: 12 }, "12,5 %", 0],
    [{ value: 1234.5 }, "1.234,50 €", 1],
    [{ value: 1_234_567 }, "1.234.567", 1],
    [{ value: 0.125 }, "0,125", 1],
    [{ value: 1234, pick: "first" }, "1,234, then 5", 1],
    [{ value: 1, pick: "first" }, "1,2,3", 1],
    [{ value: 2 }, "", 0],
  ])("numeric %j on “%s” is %d", async (options, output, value) => {
    expect(await numberOf("numeric", options, output)).toBe(value);
  });

  test("numeric-diff is the nearness of the numbers", async () => {
    expect(await numberOf("numeric-diff@autoevals", { value: 2 }, "1")).toBeCloseTo(2 / 3, 9);
    expect(await numberOf("numeric-diff", {}, "It is 10", { expected: ["A: 10"] })).toBe(1);
    expect(await numberOf("numeric-diff", { value: 2 }, "none")).toBe(0);
    expect(await numberOf("numeric", {}, "12,9", { expected: ["12,5"] })).toBe(0);
    expect(await scored("numeric", {}, "1", { expected: ["no number"] })).toHaveProperty("notApplicable");
  });
});

describe("similarity", () => {
  test("levenshtein and edit distance", async () => {
    expect(await numberOf("levenshtein", { value: "abc" }, "axc")).toBeCloseTo(2 / 3, 9);
    expect(await numberOf("edit-distance", { value: ["abc", "axcd"] }, "axc")).toBe(1);
    expect(await numberOf("levenshtein", { value: "abc" }, "")).toBe(0);
  });

  test("json-diff by leaf", async () => {
    expect(await numberOf("json-diff", { value: { a: 1, b: "x" } }, '{"a":2,"b":"x"}')).toBeCloseTo((2 / 3 + 1) / 2, 9);
    expect(await numberOf("json-diff", { value: { a: 1 }, fenced: true }, '```json\n{"a":1}\n```')).toBe(1);
    expect(await numberOf("json-diff", {}, "[1,2]", { expected: ["[1,2,3,4]", "[9]"] })).toBe(0.5);
    expect(await numberOf("json-diff", { value: { __proto__x: 1 } }, '{"__proto__": {"a": 1}}')).toBe(0);
  });

  test("dialects of one measure differ", async () => {
    const answer = "The capital of Japan is Tokyo.";
    const given = { expected: ["Tokyo is the capital of Japan."] };
    const ids = ["bleu@azure", "bleu@nltk", "bleu@sacrebleu"];
    const values = await Promise.all(ids.map((id) => numberOf(id, {}, answer, given)));
    expect(new Set(values.map((v) => v.toFixed(4))).size).toBe(3);
    expect(await numberOf("gleu@azure", {}, answer, given)).toBeCloseTo(0.4091, 4);
    expect(await numberOf("gleu@nltk", {}, answer, given)).toBeCloseTo(0.2222, 4);
    expect(await numberOf("rougeL@azure", {}, answer, given)).toBeCloseTo(2 / 3, 9);
    expect(await numberOf("rouge2@google", { part: "recall" }, answer, given)).toBe(0.6);
    expect(await numberOf("exact@inspect", {}, "3,000", { expected: ["3000"] })).toBe(1);
    expect(await numberOf("exact@hf", { ignoreNumbers: true }, "agent", { expected: ["agent007"] })).toBe(1);
    expect(await numberOf("exact@autoevals", {}, "agent", { expected: ["agent "] })).toBe(0);
    expect(await numberOf("f1@inspect", { stopWords: ["Texas"] }, "Paris", { expected: ["Paris, Texas"] })).toBe(1);
  });

  test("identical texts are 1 and empty ones 0 in every dialect of BLEU, GLEU and ROUGE", async () => {
    const text = "The quick brown fox jumps over the lazy dog.";
    for (const id of [
      "bleu@azure",
      "bleu@nltk",
      "bleu@sacrebleu",
      "bleu@hf",
      "gleu@azure",
      "gleu@hf",
      "rouge1@hf",
      "rougeLsum@google",
    ]) {
      expect(await numberOf(id, {}, text, { expected: [text] }), id).toBeCloseTo(1, 9);
      expect(await numberOf(id, {}, "", { expected: [text] }), id).toBe(0);
    }
  });

  test("bad input: a method of smoothing that the texts do not allow is missing", async () => {
    // NLTK itself gives 1.0106 here: what is added to smooth is not bounded.
    for (const smoothing of ["method5", "method7"])
      expect(await scored("bleu@nltk", { smoothing }, "a b c d", { expected: ["a b c d"] })).toEqual({ value: 1 });
    expect(await scored("bleu@nltk", { smoothing: "method6" }, "a b", { expected: ["a b"] })).toHaveProperty("missing");
  });
});
