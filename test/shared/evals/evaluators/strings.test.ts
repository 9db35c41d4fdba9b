import { describe, expect, test } from "vitest";
import { numberOf, scored } from "./scored.ts";

const rows: [id: string, options: Record<string, unknown>, output: string, value: 0 | 1][] = [
  ["contains", { value: "Paris" }, "It is Paris.", 1],
  ["contains", { value: "paris" }, "It is Paris.", 0],
  ["contains", { value: ["Rome", "Paris"] }, "It is Paris.", 1],
  ["contains", { value: "e\u0301t\u00e9" }, "En \u00e9te\u0301.", 1],
  ["contains-all", { value: ["Paris", "France"] }, "Paris is in France", 1],
  ["contains-all", { value: ["Paris", "Spain"] }, "Paris is in France", 0],
  ["contains-any", { value: ["Rome", "Oslo"] }, "Paris", 0],
  ["icontains", { value: "STRASSE" }, "Die strasse", 1],
  ["icontains-all", { value: ["PARIS", "france"] }, "Paris is in France", 1],
  ["icontains-any", { value: ["rome", "PARIS"] }, "Paris", 1],
  ["not-contains", { value: ["Rome", "Oslo"] }, "Paris", 1],
  ["not-contains", { value: ["Rome", "Paris"] }, "Paris", 0],
  ["not-contains-all", { value: ["Rome", "Paris"] }, "Paris", 1],
  ["not-icontains", { value: "PARIS" }, "Paris", 0],
  ["starts-with", { value: "Yes" }, "  Yes, it is.", 1],
  ["starts-with", { value: "is" }, "Yes, it is", 0],
  ["istarts-with", { value: "YES" }, "Yes", 1],
  ["not-starts-with", { value: "As an AI" }, "Sure", 1],
  ["ends-with", { value: "END" }, "the END\n", 1],
  ["iends-with", { value: "end" }, "the END", 1],
  ["equals", { value: "42" }, " 42\n", 1],
  ["equals", { value: "42" }, "42.", 0],
  ["equals", { value: "42", ignorePunctuation: true }, "42.", 1],
  ["equals", { value: "The  Cat", ignoreCase: true }, "the cat", 1],
  ["equals", { value: "cafe", ignoreAccents: true }, "café", 1],
  ["equals", { value: "cat", ignoreArticles: true }, "the cat", 1],
  ["equals", { value: "a b", ignoreWhitespace: false }, "a  b", 0],
  ["regex", { pattern: "^\\d{3}-\\d{4}$" }, "555-1234", 1],
  ["regex", { pattern: "^b", flags: "m" }, "a\nb", 1],
  ["regex", { pattern: "A.B", flags: "is" }, "a\nb", 1],
  ["not-regex", { pattern: "(?i)sorry" }, "I am Sorry", 0],
  ["json-valid", {}, '{"a": [1, 2]}', 1],
  ["json-valid", {}, "{'a': 1}", 0],
  ["json-valid", {}, '```json\n{"a":1}\n```', 0],
  ["json-valid", { fenced: true }, 'Here:\n```json\n{"a":1}\n```', 1],
  ["json-valid", {}, "", 0],
  ["json-schema", { schema: { type: "object", required: ["a"] } }, '{"a":1}', 1],
  ["json-schema", { schema: { type: "object", required: ["a"] } }, '{"b":1}', 0],
  ["json-schema", { schema: { type: "string", format: "email" } }, '"a@b.example"', 1],
  ["json-schema", { schema: { type: "string", format: "email" } }, '"nobody"', 0],
  ["json-schema", { schema: { $schema: "http://json-schema.org/draft-07/schema#", type: "array" } }, "[]", 1],
  ["json-schema", { schema: { type: "array" } }, "no json", 0],
  ["length", { max: 3 }, "one two three", 1],
  ["length", { max: 2 }, "one two three", 0],
  ["length", { unit: "chars", min: 2, max: 2 }, "😀é", 1],
  ["length", { unit: "sentences", max: 1 }, "One, e.g. this. Two.", 0],
];

describe("string evaluators", () => {
  test.each(rows)("%s %j on %j is %d", async (id, options, output, value) => {
    expect(await numberOf(id, options, output)).toBe(value);
  });

  test("texts come from the case where the suite gives none", async () => {
    expect(await numberOf("contains", {}, "It is Paris", { expected: ["Rome", "Paris"] })).toBe(1);
    expect(await numberOf("contains-all", {}, "It is Paris", { expected: ["Rome", "Paris"] })).toBe(0);
    expect(await numberOf("equals", {}, "Paris", { expected: ["Paris"] })).toBe(1);
    expect(await numberOf("f1", {}, "the cat cat", { expected: ["dog", "cat"] })).toBeCloseTo(2 / 3);
  });

  test.each(["contains", "not-contains", "starts-with", "equals", "f1"])(
    "bad input: %s with no reference",
    async (id) => {
      expect(await scored(id, {}, "x")).toHaveProperty("notApplicable");
    },
  );

  test("a schema that fails says where", async () => {
    const schema = { type: "object", properties: { a: { type: "integer" } } };
    expect(await scored("json-schema", { schema }, '{"a":"x"}')).toEqual({ value: 0, reason: "/a must be integer" });
  });
});
