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

  test("leaves no fallback to the target that is picked now, and keeps the others", () => {
    const file = routeFile([rule("pro", "{ tier: pro }", "mini", "fallback: [{ target: large, on: [server] }]")], {
      fallback: "[{ target: large, on: [server] }, { target: tiny, on: [timeout] }]",
    });
    const route = readRoute(writeOverride("routing/chat.yaml", file, given));
    expect([...route.rules, route.default].map(({ fallback }) => fallback.map(({ target }) => target))).toEqual([
      [],
      ["tiny"],
    ]);
  });

  test("takes the place of a rule that is for the feature alone, which would never be reached", () => {
    for (const when of ["{ feature: search }", "{ feature: [search] }", "{ feature: { in: [search] } }"]) {
      const file = routeFile([
        rule("pro", "{ tier: pro }"),
        rule("override-0", when),
        rule("both", "{ feature: [search, mail] }"),
      ]);
      const { rules } = readRoute(writeOverride("routing/chat.yaml", file, { ...given, feature: "search" }));
      expect(
        rules.map(({ id }) => id),
        when,
      ).toEqual(["override-1", "pro", "both"]);
    }
  });

  test("keeps the line ends of Windows", () => {
    const written = writeOverride("routing/chat.yaml", text.replaceAll("\n", "\r\n"), given);
    expect(written).toBe(writeOverride("routing/chat.yaml", text, given).replaceAll("\n", "\r\n"));
  });

  test("writes out what is an alias, so that nothing is left as it was", () => {
    const ruleText = rule("pro", "{ tier: pro }", "mini").trim().slice(2);
    const aliased = `${routeFile([], { more: `metadata: { rule: &rule ${ruleText}, default: &default { pick: mini } }\n` })}rules: [*rule]\n`;
    const file = aliased.replace("default: { pick: mini }\nrules", "default: *default\nrules");
    expect(file).toContain("default: *default");
    const forced = readRoute(writeOverride("routing/chat.yaml", file, given));
    expect([...forced.rules, forced.default].map(({ pick }) => pick.targets[0]?.target)).toEqual(["large", "large"]);
    const to = { answer: "Not now." };
    const off = readRoute(writeOverride("routing/chat.yaml", file, { ...given, to }));
    expect([...off.rules, off.default].map((own) => own.off)).toEqual([to, to]);
    const one = readRoute(writeOverride("routing/chat.yaml", file, { ...given, to, feature: "search" }));
    expect(one.rules.map(({ id }) => id)).toEqual(["override-1", "pro"]);
    expect(one.rules[0]?.pick).toEqual(one.default.pick);
    const rules = routeFile([], { more: `metadata: { rules: &rules [${ruleText}] }\n` });
    const kept = readRoute(
      writeOverride("routing/chat.yaml", `${rules}rules: *rules\n`, { ...given, feature: "search" }),
    );
    expect(kept.rules.map(({ id }) => id)).toEqual(["override-1", "pro"]);
  });

  test("bad input: an anchor that would be gone while it is named elsewhere is left to a person", () => {
    const anchored = `${routeFile([], { pick: "&pick mini" })}metadata: { same: *pick }\n`;
    expect(() => writeOverride("routing/chat.yaml", anchored, given)).toThrow("write it by hand");
  });

  test("bad input: a file that does not take it is left alone", () => {
    expect(() => writeOverride("routing/chat.yaml", "schema: other\n", given)).toThrow("write it by hand");
  });
});
