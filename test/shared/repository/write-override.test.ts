import { describe, expect, test } from "vitest";
import { writeOverride } from "../../../src/shared/repository/write-override.ts";
import { readRoute, routeFile, rule } from "../routing/routes.ts";

const text = `# why\n${routeFile([rule("pro", "{ tier: pro }", "mini")])}`;
const given = { target: "large", owner: "ada", reason: "mini is slow", id: "override-1", expires: "2027-02-19" };

describe("writeOverride", () => {
  test("makes a target every rule's, and the default's; comments stay", () => {
    const written = writeOverride("routing/chat.yaml", text, given);
    const route = readRoute(written);
    const picks = [...route.rules, route.default].map(({ pick }) => pick.targets.map(({ target }) => target));
    expect(picks).toEqual([["large"], ["large"]]);
    expect(route.rules[0]).toMatchObject({ id: "pro", rationale: "measured better" });
    expect(written).toMatch(/^# why\n/);
  });

  test("puts a first rule for one feature, whether or not there were rules", () => {
    for (const file of [text, routeFile([])]) {
      const { rules } = readRoute(writeOverride("routing/chat.yaml", file, { ...given, feature: "search" }));
      expect(rules[0]).toMatchObject({
        ...{ id: "override-1", when: { feature: { in: ["search"] } }, owner: "ada", expires: "2027-02-19" },
        ...{ pick: { targets: [{ target: "large" }] }, rationale: "An operator's override: mini is slow" },
      });
    }
  });

  test("bad input: a file that does not take it is left alone", () => {
    expect(() => writeOverride("routing/chat.yaml", "schema: other\n", given)).toThrow("write it by hand");
  });
});
