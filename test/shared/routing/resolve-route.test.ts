import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { resolveRoute } from "../../../src/shared/routing/resolve-route.ts";
import { readRoute, routeFile, rule } from "./routes.ts";

const canary = "{ targets: [{ target: mini, weight: 1 }], canary: { target: large, percent: 20, salt: autumn } }";
const split = "{ targets: [{ target: mini, weight: 3 }, { target: large, weight: 1 }, { target: tiny, weight: 0 }] }";
const context = fc.record(
  {
    tenant: fc.constantFrom("acme", "other"),
    tier: fc.constantFrom("free", "pro"),
    locale: fc.constantFrom("de", "de-AT", "en"),
    promptTokens: fc.nat({ max: 20_000 }),
    budgetState: fc.constantFrom("ok" as const, "warn" as const, "soft" as const, "hard" as const),
    conversationId: fc.string({ minLength: 1 }),
    requestId: fc.uuid(),
  },
  { requiredKeys: [] },
);

/** How many of `count` conversations go to each target. */
function shares(text: string, count: number): Record<string, number> {
  const route = readRoute(text);
  const counts: Record<string, number> = {};
  for (let n = 0; n < count; n++) {
    const { target } = resolveRoute(route, { conversationId: `c-${n}` });
    counts[target.name] = (counts[target.name] ?? 0) + 1;
  }
  return counts;
}

/** Six standard deviations of a binomial count: once in five hundred million. */
const bound = (count: number, share: number) => 6 * Math.sqrt(count * share * (1 - share));

describe("resolveRoute", () => {
  const text = routeFile(
    [
      rule("austria", "{ locale: de-AT }"),
      rule("long", "{ promptTokens: { atLeast: 8000 }, tier: { notIn: [free] } }", "large"),
      rule("spent", "{ budgetState: [soft, hard] }", "tiny"),
    ],
    { pick: canary, fallback: "[{ target: large, on: [rateLimited, server] }, { target: tiny, on: [server] }]" },
  );
  const route = readRoute(text);

  test("says which rule decided, and what the earlier ones lacked", () => {
    const decision = resolveRoute(route, { locale: "en", promptTokens: 9000, budgetState: "hard" });
    expect(decision).toMatchObject({ route: "chat", rule: "spent", target: { name: "tiny" }, digest: route.digest });
    expect(decision.passedOver).toEqual([
      { rule: "austria", because: [{ field: "locale", wanted: { in: ["de-AT"] }, got: "en" }] },
      { rule: "long", because: [{ field: "tier", wanted: { notIn: ["free"] } }] },
    ]);
  });

  test("takes a language with what is below it, and no other that begins alike", () => {
    const german = readRoute(routeFile([rule("german", "{ locale: de }")]));
    const ruleFor = (locale: string) => resolveRoute(german, { locale }).rule;
    expect(["de", "DE", "de-AT", "de_CH"].map(ruleFor)).toEqual(["german", "german", "german", "german"]);
    expect(["den", "en-DE", "d"].map(ruleFor)).toEqual(["default", "default", "default"]);
  });

  test("a size is from `atLeast` and below `below`", () => {
    const sized = readRoute(routeFile([rule("mid", "{ promptTokens: { atLeast: 10, below: 20 } }")]));
    const ruleFor = (promptTokens: number) => resolveRoute(sized, { promptTokens }).rule;
    expect([9, 10, 19, 20].map(ruleFor)).toEqual(["default", "mid", "mid", "default"]);
  });

  test("the same route and context give the same decision", () => {
    const again = readRoute(text);
    fc.assert(
      fc.property(context, (given) => {
        expect(resolveRoute(again, structuredClone(given))).toEqual(resolveRoute(route, given));
      }),
    );
  });

  test("a conversation keeps its target whatever request asks, and a canary that grows keeps whom it has", () => {
    const grown = readRoute(routeFile([], { pick: canary.replace("percent: 20", "percent: 35") }));
    fc.assert(
      fc.property(fc.string({ minLength: 1 }), fc.uuid(), fc.uuid(), (conversationId, one, two) => {
        const first = resolveRoute(route, { conversationId, requestId: one });
        expect(resolveRoute(route, { conversationId, requestId: two }).target.name).toBe(first.target.name);
        if (first.arm === "canary") expect(resolveRoute(grown, { conversationId }).arm).toBe("canary");
      }),
    );
  });

  test("a tenant keeps its target over conversations; `none` draws for each request", () => {
    const byTenant = readRoute(routeFile([], { pick: split.replace("] }", "], sticky: tenant }") }));
    const byRequest = readRoute(routeFile([], { pick: split.replace("] }", "], sticky: none }") }));
    const targetsOf = (of: typeof route) =>
      new Set(
        Array.from(
          { length: 60 },
          (_, n) => resolveRoute(of, { tenant: "acme", conversationId: `c-${n}`, requestId: `r-${n}` }).target.name,
        ),
      ).size;
    expect(targetsOf(byTenant)).toBe(1);
    expect(targetsOf(byRequest)).toBe(2);
  });

  test("weights and canaries hold within binomial bounds, and a weight of 0 gets nothing", () => {
    const count = 20_000;
    const weighted = shares(routeFile([], { pick: split }), count);
    expect(Math.abs((weighted.mini ?? 0) - count * 0.75)).toBeLessThan(bound(count, 0.75));
    expect(weighted.tiny).toBeUndefined();
    const drawn = shares(routeFile([], { pick: canary }), count);
    expect(Math.abs((drawn.large ?? 0) - count * 0.2)).toBeLessThan(bound(count, 0.2));
  });

  test("one salt draws the same conversations in two routes, another salt draws others", () => {
    const drawnBy = (salt: string) =>
      Array.from({ length: 500 }, (_, n) => `c-${n}`).filter(
        (conversationId) =>
          resolveRoute(readRoute(routeFile([], { pick: canary.replace("autumn", salt) })), { conversationId }).arm ===
          "canary",
      );
    expect(drawnBy("autumn")).toEqual(drawnBy("autumn"));
    expect(drawnBy("winter")).not.toEqual(drawnBy("autumn"));
  });

  test("without anything to draw by, the heaviest target, and no canary", () => {
    expect(resolveRoute(route, {})).toMatchObject({ arm: "heaviest", target: { name: "mini" }, draws: [] });
    expect(resolveRoute(route, { requestId: "r" }).sticky).toEqual({ by: "requestId", asked: "conversation" });
  });

  test("a chain never leads back: not to the chosen target, and to no other twice for one error", () => {
    const loops =
      "[{ target: mini, on: [server] }, { target: large, on: [server] }, { target: large, on: [server, timeout] }]";
    const looped = readRoute(routeFile([], { fallback: loops }));
    expect(resolveRoute(looped, {}).fallback.map(({ target, on }) => [target.name, on])).toEqual([
      ["large", ["server"]],
      ["large", ["timeout"]],
    ]);
  });

  test("bad input: a target that is not declared throws and says where", () => {
    expect(() => resolveRoute(readRoute(routeFile([], { pick: "nobody" })), {})).toThrow(/routing\/chat\.yaml.*nobody/);
  });
});
