import { Ajv2020 } from "ajv/dist/2020.js";
import { describe, expect, test } from "vitest";
import { parse as parseYaml } from "yaml";
import { generatedFiles } from "../../../scripts/generated-files.ts";
import { parseRoute } from "../../../src/shared/repository/parse-route.ts";
import { readRoute, routeFile, rule } from "../routing/routes.ts";

const parse = (text: string) => parseRoute("routing/chat.yaml", new TextEncoder().encode(text));
const places = (text: string) => parse(text).findings.map(({ code, line, column }) => `${code} ${line}:${column}`);
const good = routeFile([rule("german", "{ locale: de, tier: [pro, team] }")]);

describe("a route file", () => {
  test("is read with its short forms written out", () => {
    const { rules, default: otherwise, digest } = readRoute(good);
    expect(rules[0]).toMatchObject({
      when: { locale: { in: ["de"] }, tier: { in: ["pro", "team"] } },
      pick: { targets: [{ target: "large", weight: 1 }], sticky: "conversation" },
      fallback: [],
    });
    expect(otherwise.pick.targets).toEqual([{ target: "mini", weight: 1 }]);
    expect(digest).toMatch(/^[0-9a-f]{64}$/);
  });

  test("keeps its digest when only its layout changes", () => {
    const spaced = good.replace("rules:\n", "# the rules\nrules:\n\n");
    expect(readRoute(spaced).digest).toBe(readRoute(good).digest);
    expect(readRoute(good.replace("run-1", "run-2")).digest).not.toBe(readRoute(good).digest);
  });

  test("bad input: an unknown field, an unknown operator, each at its place", () => {
    expect(places(routeFile([rule("a", "{ country: de }")]))).toEqual(["route/unknown-key 9:22"]);
    expect(places(routeFile([rule("a", "{ tenant: { startsWith: ac } }")]))).toEqual(["route/unknown-key 9:32"]);
    expect(places(routeFile([rule("a", "{ tenant: { in: [a], notIn: [b] } }")]))).toEqual(["route/invalid 9:30"]);
    expect(places(routeFile([rule("a", "{ promptTokens: { above: 5 } }")]))).toEqual(["route/unknown-key 9:38"]);
    expect(places(routeFile([rule("a", "{ tier: free }", "mini", "urgent: true")]))).toEqual([
      expect.stringMatching(/^route\/unknown-key 9:/),
    ]);
  });

  test("bad input: what every rule needs is told where it is missing", () => {
    for (const key of [
      "owner: ada, ",
      "rationale: measured better, ",
      "evidence: [run-1], ",
      ', expires: "2027-01-31"',
    ]) {
      expect(places(good.replace(key, "")), key).toEqual(["route/invalid 9:5"]);
    }
    expect(places(good.replace("measured better", "better"))[0]).toMatch(/^route\/invalid 9:/);
    expect(places(good.replace("2027-01-31", "soon"))[0]).toMatch(/^route\/invalid 9:/);
    expect(places(routeFile([rule("a", "{}")]))).toEqual(["route/invalid 9:20"]);
    expect(places(routeFile([rule("default", "{ tier: free }")]))).toEqual(["route/invalid 9:11"]);
    expect(places(good.replace(/default:.*\n/, ""))).toEqual(["route/invalid 1:1"]);
  });

  test("bad input: an owner, a rationale, an evidence or an answer of spaces is none", () => {
    for (const [written, blank] of [
      ["owner: ada", 'owner: " "'],
      ["measured better", '"            "'],
      ["measured better", '"   short   "'],
      ["[run-1]", '["  "]'],
      ["owner: team-chat", 'owner: "\\t"'],
    ] as const) {
      expect(places(good.replace(written, blank)), blank).toEqual([expect.stringMatching(/^route\/invalid /)]);
    }
    const [finding] = parse(routeFile([rule("a", "{ tier: pro }", "large", 'off: { answer: " " }')])).findings;
    expect(finding?.message).toBe("`rules.0.off.answer`: say what is answered");
  });

  test("bad input: both operators, none, and what is missing are said in the reader's words", () => {
    const said = (text: string) => parse(text).findings.map(({ message }) => message);
    for (const condition of ["{ in: [a], notIn: [b] }", "{}"])
      expect(said(routeFile([rule("a", `{ tenant: ${condition} }`)])), condition).toEqual([
        "`rules.0.when.tenant`: needs `in` or `notIn`, and not both",
      ]);
    expect(said(good.replace("pick: large, ", ""))).toEqual(["`rules.0.pick` is missing"]);
  });

  test("its JSON schema refuses what the reader refuses", () => {
    const schema = JSON.parse(generatedFiles()["schemas/routes.v1.schema.json"] ?? "");
    const validate = new Ajv2020({ strict: false, validateFormats: false }).compile(schema);
    for (const text of [
      good,
      routeFile([rule("a", "{ tenant: { in: [a], notIn: [b] } }")]),
      routeFile([rule("a", "{ tenant: {} }")]),
      routeFile([rule("a", "{ promptTokens: {} }")]),
      routeFile([rule("a", "{}")]),
      routeFile([rule("default", "{ tier: free }")]),
      routeFile([rule("a", "{ tier: free }", "large", 'off: { answer: " " }')]),
      good.replace("measured better", '"            "'),
      good.replace(/targets:\n(.*\n){3}/, "targets: {}\n"),
    ])
      expect(validate(parseYaml(text)), text).toBe(parse(text).route !== undefined);
  });

  test("bad input: a state of the budget or an error class that does not exist, a deployment that is a URL", () => {
    expect(places(routeFile([rule("a", "{ budgetState: empty }")]))[0]).toMatch(/^route\/invalid 9:/);
    for (const state of ["meh", "[meh]", "{ in: [meh] }"]) {
      const [finding] = parse(routeFile([rule("a", `{ budgetState: ${state} }`)])).findings;
      expect(finding?.message, state).toMatch(/ok.*warn.*soft.*hard/);
    }
    expect(places(routeFile([], { fallback: "[{ target: large, on: [oops] }]" }))[0]).toMatch(/^route\/invalid 8:/);
    expect(places(good.replace("deployment: gpt-4.1,", "deployment: https://evil.example,"))[0]).toMatch(
      /^route\/invalid 6:/,
    );
  });

  test("bad input: no schema, no YAML, no text", () => {
    expect(places("name: chat\n")).toEqual(["route/missing-schema 1:1"]);
    expect(places("")).toEqual(["route/missing-schema 1:1"]);
    expect(places("a: [")[0]).toMatch(/^yaml\/syntax/);
    expect(parseRoute("routing/chat.yaml", new Uint8Array([255, 254, 0])).findings).toMatchObject([
      { code: "file/not-utf8" },
    ]);
  });
});
