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
    expect(loop("[{ target: large, on: [server, server] }]")).toEqual([]);
  });

  test("bad input: a fallback to the same call by another name, and none to the same deployment elsewhere", () => {
    const again = (more: string) =>
      routeFile([], { fallback: "[{ target: again, on: [server] }]" }).replace(
        "default:",
        `  again: { deployment: gpt-4.1-mini, model: gpt-4.1-mini, version: "2025-04-14", contextWindow: 100000, dataZone: eu${more} }\ndefault:`,
      );
    expect(found(again(""))).toEqual(["route/fallback-loop 9:45"]);
    expect(message(again(""), "route/fallback-loop")).toBe(
      "The fallback to `again` leads back to a target that was tried already: it is `mini` by another name.",
    );
    expect(found(again(", region: francecentral"))).toEqual([]);
    expect(found(again(", parameters: { maxOutputTokens: 100 }"))).toEqual([]);
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

  test("bad input: a weighted target or a canary that holds less than a heavier one", () => {
    const split = (one: number, other: number, canary = "") =>
      `{ targets: [{ target: mini, weight: ${one} }, { target: large, weight: ${other} }]${canary} }`;
    const smaller = (pick: string, when = "{ tier: free }", more = "") =>
      found(routeFile([rule("a", when, pick, more)]));
    expect(smaller(split(1, 9))).toEqual(["route/smaller-context-window 9:64"]);
    // One that takes fewer requests, or as many, and holds more is what a rule tries.
    for (const pick of [split(9, 1), split(1, 1), split(1, 0), split(0, 1)]) expect(smaller(pick), pick).toEqual([]);
    expect(smaller(split(1, 9), "{ promptTokens: { below: 100001 } }")).toEqual([]);
    expect(smaller(split(1, 9), "{ promptTokens: { below: 100002 } }")).toHaveLength(1);
    expect(smaller(split(1, 9), "{ tier: free }", "fallback: [{ target: large, on: [contextLength] }]")).toEqual([]);
    expect(smaller(split(1, 9), "{ tier: free }", "fallback: [{ target: large, on: [server] }]")).toHaveLength(1);

    const canary = (target: string, percent = 5) => `, canary: { target: ${target}, percent: ${percent}, salt: s }`;
    expect(smaller(split(1, 0, canary("tiny")))).toEqual(["route/smaller-context-window 9:132"]);
    expect(smaller(split(1, 0, canary("tiny", 0)))).toEqual([]);
    // A canary that holds more than what it is tried beside takes nothing from anyone.
    expect(smaller(split(1, 0, canary("large")))).toEqual([]);
    expect(message(routeFile([], { pick: split(1, 0, canary("tiny")) }), "route/smaller-context-window")).toBe(
      "`tiny` holds 8000 tokens, and shares requests with a heavier target that holds 100000.",
    );
  });

  test("bad input: a target that is listed twice", () => {
    const pick = "{ targets: [{ target: mini, weight: 9 }, { target: mini, weight: 1 }] }";
    expect(found(routeFile([], { pick }))).toEqual(["route/duplicate-target 8:69"]);
    expect(message(routeFile([], { pick }), "route/duplicate-target")).toBe("`default` lists `mini` twice.");
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

  test("the price is that of the model that a target declares, unless the book knows the deployment's", () => {
    const other = { ...defaultPriceBook, deployments: { "own-tiny": "gpt-4.1-mini" } };
    const unpriced = (text: string, prices = defaultPriceBook) =>
      lintRoute(readRoute(text), { today, prices })
        .filter(({ code }) => code === "route/no-price")
        .map(({ message }) => message);
    const tiny = "The price book has no price for `own-tiny` (`1`), which `tiny` runs.";
    expect(unpriced(routeFile([]))).toEqual([tiny]);
    expect(unpriced(routeFile([]), other)).toEqual([]);
    expect(
      unpriced(routeFile([]).replace('model: gpt-4.1, version: "2025-04-14"', 'model: nope, version: "1"')),
    ).toEqual(["The price book has no price for `nope` (`1`), which `large` runs.", tiny]);
    expect(unpriced(routeFile([]).replace("deployment: gpt-4.1,", "deployment: chat,"))).toEqual([tiny]);
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
