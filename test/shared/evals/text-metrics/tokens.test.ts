import { describe, expect, test } from "vitest";
import { germanStem } from "../../../../src/shared/evals/text/german-stemmer.ts";
import { porterStem } from "../../../../src/shared/evals/text/porter-stemmer.ts";
import { azureTokens } from "../../../../src/shared/evals/text-metrics/azure-tokens.ts";
import { nistInternationalTokens } from "../../../../src/shared/evals/text-metrics/nist-tokens.ts";
import { punktSentences } from "../../../../src/shared/evals/text-metrics/punkt.ts";
import { treebankTokens } from "../../../../src/shared/evals/text-metrics/treebank-tokens.ts";

describe("tokens", () => {
  test("Treebank words as NLTK's doctest parts them", () => {
    const muffins = "Good muffins cost $3.88 (roughly 3,36 euros)\nin New York.  Please buy me\ntwo of them.\nThanks.";
    expect(treebankTokens(muffins)).toEqual(
      "Good muffins cost $ 3.88 ( roughly 3,36 euros ) in New York. Please buy me two of them. Thanks .".split(" "),
    );
    expect(azureTokens(muffins)).toEqual(
      "Good muffins cost $ 3.88 ( roughly 3,36 euros ) in New York . Please buy me two of them . Thanks .".split(" "),
    );
  });

  test.each([
    ["I don't know, maybe 3.14?", "I do n't know , maybe 3.14 ?"],
    ["They cannot stop; it's 50% off...", "They can not stop ; it 's 50 % off ..."],
    ['He said "fine" -- really.', "He said `` fine '' -- really ."],
  ])("words of “%s”", (text, tokens) => {
    expect(azureTokens(text).join(" ")).toBe(tokens);
  });

  test("NIST's international words as NLTK's doctests part them", () => {
    expect(nistInternationalTokens("Amazon.com, Inc. (/ˈæməzɒn/) is").slice(0, 10)).toEqual([
      "Amazon",
      ".",
      "com",
      ",",
      "Inc",
      ".",
      "(",
      "/",
      "ˈæ",
      "m",
    ]);
    expect(nistInternationalTokens("Rakuten, Inc. (楽天株式会社 Rakuten Kabushiki-gaisha) is").slice(0, 10)).toEqual([
      "Rakuten",
      ",",
      "Inc",
      ".",
      "(",
      "楽天株式会社",
      "Rakuten",
      "Kabushiki",
      "-",
      "gaisha",
    ]);
    expect(nistInternationalTokens("this is a foo☄sentence.")).toEqual([
      "this",
      "is",
      "a",
      "foo",
      "☄",
      "sentence",
      ".",
    ]);
  });

  test("sentences end where English ones do", () => {
    expect(punktSentences("He works at the U.S. Department of State. Mr. Smith left.")).toEqual([
      "He works at the U.S. Department of State.",
      "Mr. Smith left.",
    ]);
    expect(punktSentences('(Sent1.) Sent2. "Quoted." It costs 5. and more. Wait... then!!!')).toEqual([
      "(Sent1.)",
      "Sent2.",
      '"Quoted."',
      "It costs 5. and more.",
      // Punkt's own way with several marks at a text's end.
      "Wait...",
      "then!!",
      "!",
    ]);
    expect(punktSentences("  ")).toEqual([]);
  });

  test("stems of NLTK's Porter and of CISTEM", () => {
    const stems = {
      dying: "die",
      flies: "fli",
      dies: "die",
      enjoyment: "enjoy",
      agreed: "agre",
      sky: "sky",
      news: "news",
    };
    for (const [word, stem] of Object.entries(stems)) expect(porterStem(word), word).toBe(stem);
    for (const [word, stem] of Object.entries({ Speicherbehältern: "speicherbehal", Grenzpostens: "grenzpo" }))
      expect(germanStem(word)).toBe(stem);
  });

  test("bad input: texts that make patterns slow are parted in time", () => {
    for (const text of [
      "y".repeat(50_000),
      "'".repeat(50_000),
      ". ".repeat(25_000),
      " ".repeat(50_000),
      '."'.repeat(25_000),
    ]) {
      expect(azureTokens(text).length).toBeLessThanOrEqual(50_000);
      expect(porterStem(text.trim()).length).toBeLessThanOrEqual(50_000);
    }
  });
});
