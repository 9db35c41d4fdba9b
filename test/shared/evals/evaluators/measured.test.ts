import { describe, expect, test } from "vitest";
import type { Sample } from "../../../../src/shared/evals/sample.ts";
import { numberOf, scored } from "./scored.ts";

describe("measures of the call", () => {
  test("latency is in seconds, cost in dollars, tokens as counted", async () => {
    const usage = { inputTokens: 100, outputTokens: 20 };
    expect(await numberOf("latency", {}, "x")).toBe(1.25);
    expect(await numberOf("cost", {}, { output: "x", costNanoUsd: 1_500_000 })).toBe(0.0015);
    expect(await numberOf("tokens", {}, { output: "x", usage })).toBe(120);
    expect(await numberOf("tokens", { count: "output" }, { output: "x", usage })).toBe(20);
    expect(await numberOf("length-count", { unit: "words" }, "one, two – three")).toBe(3);
  });

  test("an unknown price or usage is missing, never zero", async () => {
    expect(await scored("cost", {}, "x")).toHaveProperty("missing");
    expect(await scored("tokens", {}, "x")).toHaveProperty("missing");
    const usage = { inputTokens: 1, outputTokens: 1 };
    expect(await scored("tokens", { count: "reasoning" }, { output: "x", usage })).toHaveProperty("missing");
  });

  test("filtered counts what the filter stopped, or what it let through", async () => {
    const stopped: Partial<Sample> = { output: "", outcome: "filtered", filterCategories: ["hate"] };
    expect(await scored("filtered", {}, stopped)).toEqual({ value: 1, reason: "hate" });
    expect(await numberOf("filtered", {}, "fine")).toBe(0);
    expect(await numberOf("filtered", { count: "unfiltered" }, stopped)).toBe(0);
    expect(await numberOf("filtered", { count: "unfiltered" }, "fine")).toBe(1);
  });

  test("a filtered sample gets the worst score of a judged metric and keeps its latency", async () => {
    const stopped = { output: "", outcome: "filtered" } as const;
    expect(await numberOf("not-contains", { value: "x" }, stopped)).toBe(0);
    expect(await numberOf("groundedness", {}, stopped, { context: "Exports are kept for 14 days." })).toBe(0);
    expect(await numberOf("latency", {}, stopped)).toBe(1.25);
    expect(await scored("contains", {}, stopped)).toHaveProperty("notApplicable");
  });
});
