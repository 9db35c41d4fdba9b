import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { When } from "../../../src/shared/repository/route.ts";
import { createSearchBudget, findContext } from "../../../src/shared/routing/find-context.ts";
import { mismatches } from "../../../src/shared/routing/match-when.ts";
import type { RouteContext } from "../../../src/shared/routing/schema.ts";

const some = (values: string[]) => {
  const list = fc.subarray(values, { minLength: 1 });
  return fc.oneof(
    list.map((all) => ({ in: all })),
    list.map((all) => ({ notIn: all })),
  );
};
const when: fc.Arbitrary<When> = fc
  .record(
    {
      tenant: some(["acme", "bolt"]),
      locale: some(["de", "de-AT", "en"]),
      promptTokens: fc.record(
        { atLeast: fc.constantFrom(5, 10), below: fc.constantFrom(5, 10, 20) },
        { requiredKeys: [] },
      ),
      budgetState: some(["ok", "warn", "soft", "hard"]),
    },
    { requiredKeys: [] },
  )
  .filter((conditions) => Object.keys(conditions).length > 0);

/** Every kind of request that these conditions can tell apart, and kinds that they cannot. */
function everyContext(): RouteContext[] {
  const contexts: RouteContext[] = [];
  for (const tenant of [undefined, "acme", "bolt", "someone"])
    for (const locale of [undefined, "de", "de-at", "de-CH", "en-GB", "fr"])
      for (const promptTokens of [undefined, 0, 5, 9, 10, 19, 20, 500])
        for (const budgetState of [undefined, "ok", "warn", "soft", "hard"] as const)
          contexts.push({
            ...(tenant === undefined ? {} : { tenant }),
            ...(locale === undefined ? {} : { locale }),
            ...(promptTokens === undefined ? {} : { promptTokens }),
            ...(budgetState === undefined ? {} : { budgetState }),
          });
  return contexts;
}
const contexts = everyContext();

describe("findContext", () => {
  test("finds a request for a rule exactly where one exists, and one that proves it", () => {
    let shadowed = 0;
    const reached = (rules: When[]) =>
      new Set(contexts.map((given) => rules.findIndex((own) => mismatches(own, given).length === 0)));
    fc.assert(
      fc.property(fc.array(when, { minLength: 2, maxLength: 6 }), (rules) => {
        const seen = reached(rules);
        for (const [index, rule] of rules.entries()) {
          const earlier = rules.slice(0, index);
          const found = findContext([rule], earlier, createSearchBudget());
          expect(found === "none", JSON.stringify({ rule, earlier, found })).toBe(!seen.has(index));
          if (found === "none") shadowed++;
          else if (found !== "undecided")
            expect([rule, ...earlier].findIndex((own) => mismatches(own, found).length === 0)).toBe(0);
          if (typeof found === "object") expect(earlier.some((own) => mismatches(own, found).length === 0)).toBe(false);
        }
      }),
      { numRuns: 300 },
    );
    expect(shadowed).toBeGreaterThan(20);
  });

  test("several rules can shadow one together", () => {
    const sizes: When[] = [{ promptTokens: { below: 10 } }, { promptTokens: { atLeast: 10 } }];
    expect(findContext([{ promptTokens: { atLeast: 3 } }], sizes, createSearchBudget())).toBe("none");
    expect(findContext([{ tenant: { in: ["acme"] } }], sizes, createSearchBudget())).toEqual({ tenant: "acme" });
  });

  test("what holds for everything leaves nothing", () => {
    expect(findContext([{ tenant: { in: ["acme"] } }], [{}], createSearchBudget())).toBe("none");
    expect(findContext([{}], [{ tenant: { in: ["acme"] } }], createSearchBudget())).toEqual({});
  });

  test("bad input: a search that would take too long is given up, not answered", () => {
    const values = (from: number) => Array.from({ length: 100 }, (_, n) => `t${from + n}`);
    const rivals = Array.from(
      { length: 99 },
      (_, n): When => ({ tenant: { notIn: values(n) }, tier: { notIn: values(n) } }),
    );
    const budget = { left: 1_000 };
    expect(findContext([{ tenant: { notIn: ["x"] }, tier: { notIn: ["y"] } }], rivals, budget)).toBe("undecided");
  });
});
