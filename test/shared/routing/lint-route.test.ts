import { describe, expect, test } from "vitest";
import { defaultPriceBook } from "../../../src/shared/prices/default-book.ts";
import { lintRoute } from "../../../src/shared/routing/lint-route.ts";
import { readRoute, routeFile, rule } from "./routes.ts";

const today = new Date("2026-11-21T08:00:00Z");
/** Findings as `code line:column`; of the fixture's own targets only where asked. */
function found(text: string, { unused: withUnused = false, day = today } = {}): string[] {
  return lintRoute(readRoute(text), { today: day, prices: defaultPriceBook })
    .filter(({ code }) => withUnused || !["route/unused-target", "route/no-price"].includes(code))
    .map(({ code, line, column }) => `${code} ${line}:${column}`);
}
const message = (text: string, code: string) =>
  lintRoute(readRoute(text), { today, prices: defaultPriceBook }).find((finding) => finding.code === code)?.message;

describe("lintRoute", () => {
  test("has nothing to say of rules that are all reached", () => {
    expect(found(routeFile([rule("a", "{ tier: free }", "mini"), rule("b", "{ tier: [free, pro] }")]))).toEqual([]);
  });

  test("bad input: a rule whose requests earlier ones take, with the ones that matter", () => {
    const text = routeFile([
      rule("elsewhere", "{ feature: search }"),
      rule("small", "{ promptTokens: { below: 100 } }"),
      rule("big", "{ promptTokens: { atLeast: 100 } }"),
      rule("late", "{ promptTokens: { atLeast: 50 }, tier: free }"),
    ]);
    expect(found(text)).toEqual(["route/shadowed-rule 12:23"]);
    expect(message(text, "route/shadowed-rule")).toBe(
      "`late` is never reached: `small`, `big` take all of its requests.",
    );
  });

  test("bad input: conditions that nothing fulfils", () => {
    expect(found(routeFile([rule("a", "{ promptTokens: { atLeast: 10, below: 10 } }")]))).toEqual([
      "route/unreachable-rule 9:20",
    ]);
    expect(found(routeFile([rule("a", "{ budgetState: { notIn: [ok, warn, soft, hard] } }")]))).toEqual([
      "route/unreachable-rule 9:20",
    ]);
  });

  test("bad input: two rules of one id, an expired one, one without evidence", () => {
    const rules = [rule("a", "{ tier: free }"), rule("a", "{ tier: pro }").replace("[run-1]", "[]")];
    expect(found(routeFile(rules))).toEqual(["route/duplicate-rule 10:11", "route/no-evidence 10:98"]);
    const expired = routeFile([rule("a", "{ tier: free }")]);
    expect(found(expired, { day: new Date("2027-01-30T23:59:59Z") })).toEqual([]);
    expect(found(expired, { day: new Date("2027-01-31T00:00:00Z") })).toEqual([
      expect.stringMatching(/^route\/expired-rule 9:/),
    ]);
  });

  test("bad input: targets that do not exist, in every place that can name one", () => {
    const pick = "{ targets: [{ target: x, weight: 1 }], canary: { target: y, percent: 1, salt: s } }";
    const text = routeFile([], { pick, fallback: "[{ target: z, on: [server] }]" });
    expect(found(text)).toEqual([
      "route/unknown-target 8:40",
      "route/unknown-target 8:75",
      "route/unknown-target 8:124",
    ]);
    expect(found(routeFile([], { pick: "constructor" }))).toEqual(["route/unknown-target 8:18"]);
  });

  test("bad input: weights that are all 0", () => {
    const pick = "{ targets: [{ target: mini, weight: 0 }, { target: large, weight: 0 }] }";
    expect(found(routeFile([], { pick }))).toEqual(["route/zero-weights 8:29"]);
  });

  test("bad input: fallbacks that lead back", () => {
    const loop = (fallback: string, pick = "mini") => found(routeFile([], { pick, fallback }));
    expect(loop("[{ target: mini, on: [server] }]")).toEqual(["route/fallback-loop 8:45"]);
    expect(loop("[{ target: large, on: [server] }, { target: large, on: [server, timeout] }]")).toEqual([
      "route/fallback-loop 8:78",
    ]);
    expect(loop("[{ target: large, on: [server] }, { target: large, on: [timeout] }]")).toEqual([]);
    const two = "{ targets: [{ target: mini, weight: 1 }, { target: large, weight: 1 }] }";
    expect(loop("[{ target: large, on: [server] }]", two)).toEqual([]);
  });

  test("bad input: smaller context windows, unless the rule keeps its prompts small", () => {
    const fallback = "fallback: [{ target: tiny, on: [server] }]";
    const smaller = (when: string, more = fallback, pick = "mini") => found(routeFile([rule("a", when, pick, more)]));
    expect(smaller("{ tier: free }")).toEqual([expect.stringMatching(/^route\/smaller-context-window 9:/)]);
    expect(smaller("{ promptTokens: { below: 8001 } }")).toEqual([]);
    expect(smaller("{ promptTokens: { below: 8002 } }")).toHaveLength(1);
    expect(smaller("{ promptTokens: { atLeast: 9000 } }", "", "tiny")).toHaveLength(1);
    expect(smaller("{ promptTokens: { atLeast: 7000 } }", "", "tiny")).toEqual([]);
    const after = "fallback: [{ target: mini, on: [contextLength] }]";
    expect(smaller("{ promptTokens: { below: 100 } }", after, "large")).toHaveLength(1);
    expect(smaller("{ promptTokens: { below: 100 } }", after, "tiny")).toEqual([]);
  });

  test("bad input: a target outside of the data zones, a fallback among them", () => {
    expect(found(routeFile([], { more: "dataZones: [eu]\n", pick: "tiny" }))).toEqual(["route/data-residency 9:18"]);
    const rules = [rule("a", "{ tenant: acme }", "mini", "dataZones: [us]")];
    expect(found(routeFile(rules, { more: "dataZones: [eu]\n" }))).toEqual(["route/data-residency 10:44"]);
    const silent = routeFile([], { more: "dataZones: [eu]\n" }).replace(/, dataZone: eu/g, "");
    expect(found(silent)).toEqual(["route/data-residency 9:18"]);
  });

  test("a target that nobody names, and one without a price", () => {
    expect(found(routeFile([]), { unused: true })).toEqual([
      "route/unused-target 6:10",
      "route/unused-target 7:9",
      expect.stringMatching(/^route\/no-price 7:/),
    ]);
  });

  test("bad input: rules that would take too long to judge are a finding, in a second or two", () => {
    const many = (n: number, of: string) =>
      `{ notIn: [${Array.from({ length: 100 }, (_, i) => `${of}${n * 7 + i}`).join(",")}] }`;
    const rules = Array.from({ length: 100 }, (_, n) =>
      rule(`r${n}`, `{ tenant: ${many(n, "t")}, tier: ${many(n, "u")}, feature: ${many(n, "f")} }`),
    );
    const started = performance.now();
    const codes = found(routeFile(rules)).map((line) => line.split(" ")[0]);
    expect(performance.now() - started).toBeLessThan(10_000);
    expect(codes).toContain("route/undecided");
  });
});
