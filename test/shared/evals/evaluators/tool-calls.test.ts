import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import * as z from "zod";
import { reportRows, testWithData } from "../../../support/data.ts";
import { numberOf, scored } from "./scored.ts";

const tools = [
  {
    name: "fetch_weather",
    parameters: { type: "object", properties: { location: { type: "string" } }, required: ["location"] },
  },
  {
    type: "function",
    function: { name: "send_email", parameters: { type: "object", properties: { to: { type: "string" } } } },
  },
];
const weather = { name: "fetch_weather", arguments: { location: "London" } };
const email = { name: "send_email", arguments: { to: "a@b.example" } };

function calls(...list: unknown[]): string {
  return JSON.stringify(list);
}

describe("tool-calls", () => {
  test.each<[string, string, number]>([
    ["the same", calls(weather, email), 1],
    [
      "OpenAI's shape",
      JSON.stringify({
        tool_calls: [weather, email].map((c) => ({
          type: "function",
          function: { ...c, arguments: JSON.stringify(c.arguments) },
        })),
      }),
      1,
    ],
    ["another order", calls(email, weather), 0.5],
    ["another argument", calls({ ...weather, arguments: { location: "Paris" } }, email), 0.5],
    ["one too few", calls(weather), 0.5],
    ["one too many", calls(weather, email, email), 2 / 3],
    ["none", "I will look it up.", 0],
  ])("%s", async (_, output, value) => {
    expect(await numberOf("tool-calls", { value: [weather, email], tools }, output)).toBeCloseTo(value, 9);
  });

  test("any order, ignored arguments, schema and calls beside the text", async () => {
    expect(await numberOf("tool-calls", { value: [weather, email], order: "any" }, calls(email, weather))).toBe(1);
    const elsewhere = { ...weather, arguments: { location: "Paris" } };
    expect(await numberOf("tool-calls", { value: [weather], arguments: "ignore" }, calls(elsewhere))).toBe(1);
    const wrong = { name: "fetch_weather", arguments: { location: 7 } };
    expect(await numberOf("tool-calls", { value: [wrong], tools }, calls(wrong))).toBe(0);
    expect(await numberOf("tool-calls", { value: [weather] }, { output: "", toolCalls: [weather] })).toBe(1);
    expect(await numberOf("tool-calls", { value: [] }, "no tool needed")).toBe(1);
    expect(await scored("tool-calls", {}, calls(weather))).toHaveProperty("notApplicable");
  });

  test("tool-calls-valid names what does not fit", async () => {
    expect(await numberOf("tool-calls-valid", { tools }, calls(weather, email))).toBe(1);
    const answer = calls(weather, { name: "fetch_weather", arguments: {} }, { name: "nope", arguments: {} }, email);
    expect(await scored("tool-calls-valid", { tools }, answer)).toMatchObject({
      value: 0.5,
      reason: expect.stringContaining('no tool is named "nope"'),
    });
    expect(await numberOf("tool-calls-valid", { tools }, "Hello")).toBe(1);
  });

  test("bad input: a tool with a broken schema is missing", async () => {
    const broken = [
      { name: "fetch_weather", parameters: { type: "object", properties: { location: { pattern: "(" } } } },
    ];
    expect(await scored("tool-calls-valid", { tools: broken }, calls(weather))).toHaveProperty("missing");
  });

  testWithData("the Berkeley leaderboard's JavaScript cases", "datasets/bfcl-simple-javascript", async (folder) => {
    const lines = (name: string) =>
      readFileSync(`${folder}/${name}.jsonl`, "utf8")
        .trim()
        .split("\n")
        .map((line) => JSON.parse(line));
    const Case = z.object({ id: z.string(), function: z.array(z.record(z.string(), z.json())) });
    const Truth = z.object({
      id: z.string(),
      ground_truth: z.array(z.record(z.string(), z.record(z.string(), z.array(z.json())))),
    });
    const cases = lines("BFCL_v4_simple_javascript").map((line) => Case.parse(line));
    const truths = new Map(
      lines("possible_answer")
        .map((line) => Truth.parse(line))
        .map((truth) => [truth.id, truth]),
    );
    for (const one of cases) {
      const truth = truths.get(one.id)?.ground_truth ?? [];
      const fields = { inputs: { functions: one.function }, expected: [JSON.stringify(truth)] };
      const [name = "", values = {}] = Object.entries(truth[0] ?? {})[0] ?? [];
      const firsts = Object.fromEntries(
        Object.entries(values).map(([key, list]) => [key, plainValue(list[0] ?? null)]),
      );
      const right = JSON.stringify([{ name, arguments: firsts }]);
      const options = { arguments: "acceptable" };
      // JavaScript's own types ("any", "String") have no schema to hold texts such as "React.createContext()" against.
      const untyped = { ...options, tools: [] };
      expect(await numberOf("tool-calls", untyped, right, fields), one.id).toBe(1);
      expect(await numberOf("tool-calls", untyped, right.replace(name, `${name}X`), fields), one.id).toBe(0);
      const extra = JSON.stringify([{ name, arguments: { ...firsts, inventedArgument: 1 } }]);
      expect(await numberOf("tool-calls", untyped, extra, fields), one.id).toBe(0);
      expect(await numberOf("tool-calls", options, "none of it", fields), one.id).toBe(0);
    }
    reportRows("bfcl-simple-javascript", cases.length, 0);
  });
});

/** Objects inside the ground truth hold lists of acceptable values; a call holds one of each. */
function plainValue(value: z.core.util.JSONType): z.core.util.JSONType {
  if (value === null || typeof value !== "object" || Array.isArray(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, list]) => [key, plainValue(Array.isArray(list) ? (list[0] ?? null) : list)]),
  );
}
