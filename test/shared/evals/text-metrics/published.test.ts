import { describe, expect, test } from "vitest";
import {
  autoevalsExact,
  autoevalsJsonDiff,
  autoevalsLevenshtein,
  autoevalsNumericDiff,
} from "../../../../src/shared/evals/text-metrics/autoevals.ts";
import { corpusGleu } from "../../../../src/shared/evals/text-metrics/gleu.ts";
import { hfBleu } from "../../../../src/shared/evals/text-metrics/hf-bleu.ts";
import { inspectExact, inspectF1 } from "../../../../src/shared/evals/text-metrics/inspect-classification.ts";
import { brevityPenalty, nltkBleu, nltkCorpusBleu } from "../../../../src/shared/evals/text-metrics/nltk-bleu.ts";
import { SMOOTHING_METHODS } from "../../../../src/shared/evals/text-metrics/nltk-smoothing.ts";
import { rouge } from "../../../../src/shared/evals/text-metrics/rouge.ts";
import { sacrebleuCorpus, sacrebleuSentence } from "../../../../src/shared/evals/text-metrics/sacrebleu.ts";
import { tokens13a } from "../../../../src/shared/evals/text-metrics/sacrebleu-tokenizers.ts";

function words(text: string): string[] {
  return text.split(" ");
}

const obeys = words("It is a guide to action which ensures that the military always obeys the commands of the party");
const insure = words("It is to insure the troops forever hearing the activity guidebook that party direct");
const guide = words("It is a guide to action that ensures that the military will forever heed Party commands");
const principle = words(
  "It is the guiding principle which guarantees the military forces always being under the command of the Party",
);
const practical = words("It is the practical guide for the army always to heed the directions of the party");
const history = words("he read the book because he was interested in world history");
const reversed = words("he was interested in world history because he read the book");

describe("BLEU of NLTK: its doctests and unit tests", () => {
  const references = [guide, principle, practical];

  test("sentences and corpora", () => {
    expect(nltkBleu({ hypothesis: obeys, references })).toBeCloseTo(0.50457, 5);
    expect(nltkBleu({ hypothesis: insure, references }, { smoothing: { method: "method1" } })).toBeCloseTo(0.037, 4);
    expect(nltkBleu({ hypothesis: insure, references })).toBeLessThan(1e-70);
    expect(nltkBleu({ hypothesis: obeys, references }, { weights: [0.5, 0.5] })).toBeCloseTo(0.7454, 4);
    expect(nltkBleu({ hypothesis: obeys, references }, { weights: [0.2, 0.2, 0.2, 0.2, 0.2] })).toBeCloseTo(0.392, 4);
    const corpus = [
      { hypothesis: obeys, references },
      { hypothesis: history, references: [reversed] },
    ];
    expect(nltkCorpusBleu(corpus)).toBeCloseTo(0.59208, 5);
    expect(nltkCorpusBleu(corpus, { weights: [0.1, 0.3, 0.5, 0.1] })).toBeCloseTo(0.58188, 5);
    expect(nltkCorpusBleu(corpus, { weights: [0.333, 0.333, 0.334] })).toBeCloseTo(0.7067, 3);
  });

  test.each([
    ["method0", 0.4118],
    ["method1", 0.4118],
    ["method2", 0.4452],
    ["method3", 0.4118],
    ["method4", 0.4118],
    ["method5", 0.4905],
    ["method6", 0.4135],
    ["method7", 0.4905],
  ] as const)("smoothing %s is %d", (method, expected) => {
    expect(SMOOTHING_METHODS).toContain(method);
    const score = nltkBleu({ hypothesis: obeys, references: [guide] }, { smoothing: { method } });
    expect(Math.trunc(score * 1e4) / 1e4).toBe(expected);
  });

  test("empty and short texts", () => {
    expect(nltkBleu({ hypothesis: [], references: [["a"]] })).toBe(0);
    expect(nltkBleu({ hypothesis: ["a"], references: [[]] })).toBe(0);
    expect(nltkBleu({ hypothesis: ["a", "b"], references: [["a", "b"]] }, { autoReweigh: true })).toBe(1);
    expect(brevityPenalty(28, 12)).toBeCloseTo(0.2635971381157267, 12);
    expect(brevityPenalty(7, 7)).toBe(1);
    expect(() =>
      nltkBleu({ hypothesis: ["a", "b"], references: [["a", "b"]] }, { smoothing: { method: "method6" } }),
    ).toThrow("matching trigram");
  });
});

describe("BLEU of sacrebleu: its unit tests", () => {
  const references = ["producţia de zahăr brut se exprimă în zahăr alb;"];
  const prediction = "Producția de zahăr primă va fi exprimată în ceea ce privește zahărul alb;";

  test.each([
    ["exp", undefined, false, "13a", 8.493],
    ["none", undefined, false, "13a", 0],
    ["floor", undefined, false, "13a", 4.51688],
    ["floor", 0.5, false, "13a", 10.1],
    ["add-k", undefined, false, "13a", 14.882],
    ["add-k", 2, false, "13a", 21.389],
    ["exp", undefined, false, "none", 7.347],
    ["exp", undefined, false, "intl", 8.493],
    ["exp", undefined, false, "char", 40.8759],
    ["exp", undefined, true, "char", 42.0267],
  ] as const)("%s %s lower case %s, tokens %s: %d", (smoothMethod, smoothValue, lowercase, tokenize, expected) => {
    const score = sacrebleuSentence({ prediction, references }, { smoothMethod, smoothValue, lowercase, tokenize });
    expect(Math.abs(score - expected)).toBeLessThan(1e-3);
  });

  const corpus = [
    { prediction: "The dog bit the man.", references: ["The dog bit the man.", "The dog had bit the man."] },
    { prediction: "It wasn't surprising.", references: ["It was not unexpected.", "No one was surprised."] },
    {
      prediction: "The man had just bitten him.",
      references: ["The man bit him first.", "The man had bitten the dog."],
    },
  ];

  test("corpora by tokenizer, smoothing and order", () => {
    expect(sacrebleuCorpus(corpus)).toBeCloseTo(48.530827, 6);
    expect(sacrebleuCorpus(corpus, { tokenize: "none" })).toBeCloseTo(49.1919566, 6);
    expect(sacrebleuCorpus(corpus, { tokenize: "intl" })).toBeCloseTo(43.91623493, 6);
    expect(sacrebleuCorpus(corpus, { smoothMethod: "none" })).toBeCloseTo(48.530827, 6);
    for (const [maxOrder, expected] of [
      [1, "77.65"],
      [2, "60.50"],
      [3, "53.93"],
      [5, "46.14"],
      [6, "43.28"],
    ] as const)
      expect(sacrebleuCorpus(corpus, { maxOrder }).toFixed(2)).toBe(expected);
    expect(sacrebleuCorpus(corpus.map((pair) => ({ ...pair, prediction: "" })))).toBe(0);
  });

  test.each([
    ["test", "a test", 0.3678794411714425],
    ["a test", "a test", 1],
    ["a little test", "a test", 0.03218297948685433],
    ["this is a fest", "this is a test", 0.223606797749979],
  ])("raw: “%s” against “%s”", (given, reference, expected) => {
    const options = { tokenize: "none", smoothMethod: "floor", smoothValue: 0.01 } as const;
    expect(sacrebleuSentence({ prediction: given, references: [reference] }, options) / 100).toBeCloseTo(expected, 9);
  });
});

describe("the other published figures", () => {
  test("BLEU of Hugging Face", () => {
    expect(hfBleu([{ prediction: "hello there general kenobi", references: ["hello there general kenobi"] }])).toBe(1);
    expect(hfBleu([{ prediction: "hello there", references: ["hello there"] }])).toBe(0);
  });

  test("GLEU of NLTK and Hugging Face", () => {
    expect(
      corpusGleu([{ hypothesis: words("the the the the the the the"), references: [words("the cat is on the mat")] }]),
    ).toBeCloseTo(1 / 11, 9);
    expect(corpusGleu([{ hypothesis: [], references: [[]] }])).toBe(0);
    const duck = "It is a guide to action which ensures that the rubber duck always disobeys the commands of the cat";
    const principles =
      "It is the guiding principle which guarantees the rubber duck forces never being under the command of the cat";
    const pairs = [
      { hypothesis: tokens13a(duck), references: [tokens13a(principles)] },
      { hypothesis: history, references: [reversed] },
    ];
    expect(corpusGleu(pairs)).toBeCloseTo(0.4351851851851852, 12);
  });

  test("ROUGE-Lsum counts no token twice", () => {
    const score = rouge("w1 w2 w6 w7 w8\nw1 w3 w8 w9 w5", ["w1 w2 w3 w4 w5"], "Lsum");
    expect(score).toEqual({ precision: 0.4, recall: 0.8, f: expect.closeTo(8 / 15, 12) });
    expect(rouge("w1 w1 w1", ["w1\nw1"], "Lsum").recall).toBe(1);
    expect(rouge("testing two", ["nothing", "testing one two"], "1")).toMatchObject({ precision: 1, f: 0.8 });
  });

  test("f1 and exact of Inspect", () => {
    expect(inspectF1("Paris", ["Paris, Texas"])).toBe(0.67);
    expect(inspectF1("Paris", ["Paris, Texas", "Paris"])).toBe(1);
    expect(inspectF1("Paris", ["Paris, Texas"], ["Paris"])).toBe(0);
    expect(inspectF1("Paris", ["Paris, Texas"], ["Texas"])).toBe(1);
    expect(inspectF1("hello", ["", "hello"])).toBe(1);
    expect(inspectF1("The answer is 3.14.", ["3.14"])).toBe(0.5);
    expect(inspectF1("(3.14)", ["3.14"])).toBe(1);
    expect(inspectExact("world hello", ["hello world"])).toBe(0);
    expect(inspectExact("hello hello", ["hello"])).toBe(0);
    expect(inspectExact("$1,000.", ["1000"])).toBe(1);
    expect(inspectExact("hello", [" hello"])).toBe(1);
    expect(inspectExact("٣", ["3"])).toBe(1);
    expect(inspectExact("𝟛", ["3"])).toBe(1);
    expect(inspectExact("foo", ["foobar", "boofar", "foo"])).toBe(1);
  });

  test.each([
    [{ a: 1, b: 2 }, '{"a": 1, "b": 2}', 1],
    [{ a: 1, b: 2 }, '{"b":2, "a":1}', 0],
    [123, "123", 1],
    [[1, 2, 3], [3, 2, 1], 0],
    [null, undefined, 1],
  ])("exact of autoevals: %j and %j", (output, expected, score) => {
    expect(autoevalsExact(output, expected)).toBe(score);
  });

  test.each([
    [null, null, 1],
    ["", null, 0],
    [[], {}, 0],
    [{}, {}, 1],
    [{ a: 1 }, { b: { a: 1 } }, 0],
    [{ a: 1 }, { a: null }, 0],
    [{ a: 1 }, ["a", 1], 0.5714285714285714],
    [{ mapping: { a: "foo", b: "bar" } }, { mapping: { a: "Foo", b: "Bar" }, Extra: 5 }, 1 / 3],
    ["xabxcdxxefxgx", "1ab2cd34ef5g6", 0.5384615384615384],
  ])("JSON diff of autoevals: %j and %j", (output, expected, score) => {
    expect(autoevalsJsonDiff(output, expected)).toBeCloseTo(score, 9);
  });

  test("levenshtein and numeric difference of autoevals", () => {
    expect(autoevalsLevenshtein("abc", "axc")).toBeCloseTo(2 / 3, 12);
    expect(autoevalsNumericDiff(-1, 2)).toBe(0);
    expect(autoevalsNumericDiff(1, 2)).toBeCloseTo(2 / 3, 12);
  });
});
