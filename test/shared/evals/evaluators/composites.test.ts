import { describe, expect, test } from "vitest";
import { resolveMetrics } from "../../../../src/shared/evals/metrics.ts";
import { SuiteEvaluator } from "../../../../src/shared/repository/suite.ts";
import { numberOf, scored } from "./scored.ts";

const yes = { uses: "contains", with: { value: "a" } };
const no = { uses: "contains", with: { value: "z" } };
const inapplicable = { uses: "facts" };
const unknown = { uses: "cost", passAt: 1 };

describe("composites", () => {
  test.each([
    ["any-of", [no, yes], 1],
    ["any-of", [no, no], 0],
    ["any-of", [unknown, yes], 1],
    ["all-of", [yes, yes], 1],
    ["all-of", [yes, no], 0],
    ["all-of", [unknown, no], 0],
    ["all-of", [yes, inapplicable], 1],
  ])("%s %j is %d", async (uses, of, value) => {
    expect(await numberOf(uses, { of }, "abc")).toBe(value);
  });

  test("a member without a score leaves the group without one where it matters", async () => {
    expect(await scored("any-of", { of: [unknown, no] }, "abc")).toHaveProperty("missing");
    expect(await scored("all-of", { of: [unknown, yes] }, "abc")).toHaveProperty("missing");
    expect(await scored("all-of", { of: [inapplicable] }, "abc")).toHaveProperty("notApplicable");
  });

  test("not, numbers with passAt, weights and groups of groups", async () => {
    expect(await numberOf("not", { of: yes }, "abc")).toBe(0);
    expect(await numberOf("not", { of: no }, "abc")).toBe(1);
    expect(await numberOf("all-of", { of: [{ uses: "latency", passAt: 2 }] }, "abc")).toBe(1);
    expect(await numberOf("all-of", { of: [{ uses: "latency", passAt: 1 }] }, "abc")).toBe(0);
    const of = [
      { ...yes, weight: 3 },
      { ...no, weight: 1 },
    ];
    expect(await numberOf("weighted", { of }, "abc")).toBe(0.75);
    expect(await numberOf("weighted", { of: [{ uses: "filtered" }, no] }, "abc")).toBe(0.5);
    expect(await numberOf("any-of", { of: [no, { uses: "not", with: { of: no } }] }, "abc")).toBe(1);
  });

  test("a filtered sample fails the members that judge text", async () => {
    expect(await numberOf("any-of", { of: [yes] }, { outcome: "filtered", output: "a" })).toBe(0);
    expect(
      await numberOf("any-of", { of: [yes, { uses: "refusal", with: { expect: "refuse" } }] }, { outcome: "filtered" }),
    ).toBe(1);
  });

  test("bad input: members are checked when the suite is read", () => {
    const problems = (options: Record<string, unknown>, uses = "all-of") =>
      resolveMetrics([SuiteEvaluator.parse({ uses, with: options })]).problems.map(
        (p) => `${p.path.join(".")}: ${p.message}`,
      );
    expect(problems({ of: [{ uses: "containz" }] })[0]).toMatch(/with\.of\.0\.uses: .*"contains"/);
    expect(problems({ of: [{ uses: "regex", with: { pattern: "(" } }] })[0]).toContain("with.of.0.with.pattern");
    expect(problems({ of: [{ uses: "latency" }] })[0]).toContain("passAt");
    expect(problems({ of: [] })[0]).toContain("with.of");
    expect(problems({ of: [{ uses: "latency", passAt: 1 }] }, "weighted")[0]).toContain("0 to 1");
    expect(problems({ of: [{ uses: "contians" }] }, "weighted")[0]).toContain('The closest is "contains"');
  });
});
