import { describe, expect, test } from "vitest";
import { writeOverride } from "../../../src/shared/repository/write-override.ts";
import { readRoute, routeFile, rule } from "../routing/routes.ts";

const text = `# why\n${routeFile([rule("pro", "{ tier: pro }", "mini")])}`;
const given = {
  to: { target: "large" },
  owner: "ada",
  reason: "mini is slow",
  id: "override-1",
  expires: "2027-02-19",
};

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

  test("switches every rule off, and the default; forcing a target takes that out again", () => {
    const to = { answer: "We are back soon: see status.example" };
    const off = writeOverride("routing/chat.yaml", text, { ...given, to });
    const route = readRoute(off);
    expect([...route.rules, route.default].map((own) => own.off)).toEqual([to, to]);
    // What it picked stays, for the day on which it is taken out.
    expect(route.rules[0]?.pick.targets).toEqual([{ target: "mini", weight: 1 }]);
    expect(off).toMatch(/^# why\n/);
    const on = readRoute(writeOverride("routing/chat.yaml", off, given));
    expect([...on.rules, on.default].map((own) => own.off)).toEqual([undefined, undefined]);
  });

  test("switches one feature off by a first rule that picks what the default does", () => {
    const pick = "{ targets: [{ target: mini, weight: 3 }, { target: large, weight: 1 }], sticky: tenant }";
    const to = { answer: "Not now." };
    const file = routeFile([rule("pro", "{ tier: pro }")], { pick });
    const written = readRoute(writeOverride("routing/chat.yaml", file, { ...given, to, feature: "search" }));
    const [first, second] = written.rules;
    expect(first).toMatchObject({ id: "override-1", when: { feature: { in: ["search"] } }, off: to });
    expect(first?.pick).toEqual(written.default.pick);
    expect([second?.off, written.default.off]).toEqual([undefined, undefined]);
  });

  test("bad input: a file that does not take it is left alone", () => {
    expect(() => writeOverride("routing/chat.yaml", "schema: other\n", given)).toThrow("write it by hand");
  });
});
